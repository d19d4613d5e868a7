using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Tenantry.Tenancy;

/// <summary>
/// A connection on which every command carries its tenant: what goes to the server is one batch of the prologue, which proves
/// the right to enter and takes the tenant's role and path for this transaction only, and the command. Nothing is left on the
/// connection between commands, so there is nothing to reset and nothing to leak.
/// </summary>
/// <remarks>
/// Outside a transaction a command takes one round trip and is sent read-only; writes need <see cref="DbConnection.BeginTransaction()"/>.
/// A command holds one statement: stacked statements are refused. Not thread-safe.
/// </remarks>
public sealed class TenantConnection : DbConnection
{
    private readonly NpgsqlConnection inner;
    private readonly TenantScope scope;
    private readonly TenancyOptions options;

    internal TenantConnection(NpgsqlDataSource dataSource, TenantScope scope, TenancyOptions options)
    {
        inner = dataSource.CreateConnection();
        this.scope = scope;
        this.options = options;
    }

    /// <summary>Always empty: how the server is reached is not for those who use a tenant's connection.</summary>
    [AllowNull]
    public override string ConnectionString { get => ""; set => throw Fixed(); }

    /// <inheritdoc />
    public override string Database => inner.Database;

    /// <inheritdoc />
    public override string DataSource => inner.DataSource;

    /// <inheritdoc />
    public override string ServerVersion => inner.ServerVersion;

    /// <inheritdoc />
    public override ConnectionState State => inner.State;

    /// <summary>Not supported: a connection belongs to its tenant.</summary>
    public override void ChangeDatabase(string databaseName) => throw Fixed();

    /// <inheritdoc />
    public override void Open() => inner.Open();

    /// <inheritdoc />
    public override Task OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

    /// <inheritdoc />
    public override void Close() => inner.Close();

    /// <inheritdoc />
    public override Task CloseAsync() => inner.CloseAsync();

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    internal NpgsqlBatch CreateTenantBatch(NpgsqlBatchCommand command, int timeoutSeconds, bool again)
    {
        var batch = new NpgsqlBatch(inner, Current?.Inner) { Timeout = timeoutSeconds };
        Prologue.AddTo(batch, scope, options, inTransaction: Current is not null, stepBack: again || Current is not null);
        batch.BatchCommands.Add(command);
        return batch;
    }

    internal TenantTransaction? Current { get; set; }

    /// <inheritdoc />
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) =>
        Current = new TenantTransaction(this, inner.BeginTransaction(isolationLevel));

    /// <inheritdoc />
    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken) =>
        Current = new TenantTransaction(this, await inner.BeginTransactionAsync(isolationLevel, cancellationToken));

    /// <inheritdoc />
    protected override DbCommand CreateDbCommand() => new TenantCommand(this);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private static NotSupportedException Fixed() => new("A tenant's connection cannot be pointed elsewhere.");
}

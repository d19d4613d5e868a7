using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;
using Tenantry.Tenancy.Resilience;

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
    private readonly TenantScope scope;
    private readonly DatabaseCircuit circuit;
    private readonly TenancyOptions options;
    private readonly TenantDirectory? directory;
    private NpgsqlConnection? inner;

    /// <summary>By the login that all tenants share.</summary>
    internal TenantConnection(NpgsqlDataSource dataSource, DatabaseCircuit circuit, TenantScope scope, TenancyOptions options)
        : this(circuit, scope, options) => inner = dataSource.CreateConnection();

    /// <summary>By the tenant's own login, which is known when the connection is opened.</summary>
    internal TenantConnection(TenantDirectory directory, DatabaseCircuit circuit, TenantScope scope, TenancyOptions options)
        : this(circuit, scope, options) => this.directory = directory;

    private TenantConnection(DatabaseCircuit circuit, TenantScope scope, TenancyOptions options) => (this.circuit, this.scope, this.options) = (circuit, scope, options);

    /// <summary>The schema of the org that the last command entered; null while none has. For logs: it gives no right to anything.</summary>
    public SchemaName? Entered => Entry?.Schema;

    /// <summary>Always empty: how the server is reached is not for those who use a tenant's connection.</summary>
    [AllowNull]
    public override string ConnectionString { get => ""; set => throw Fixed(); }

    /// <summary>What the last command was told that was let in; null before there is one, and after a refusal.</summary>
    public TenantEntry? Entry { get; internal set; }

    /// <inheritdoc />
    public override string Database => Inner.Database;

    /// <inheritdoc />
    public override string DataSource => Inner.DataSource;

    /// <inheritdoc />
    public override string ServerVersion => Inner.ServerVersion;

    /// <inheritdoc />
    public override ConnectionState State => inner?.State ?? ConnectionState.Closed;

    /// <summary>Not supported: a connection belongs to its tenant.</summary>
    public override void ChangeDatabase(string databaseName) => throw Fixed();

    /// <inheritdoc />
    /// <exception cref="NotSupportedException">With <see cref="DataLogins.PerTenant"/>, whose login has to be asked for: use <see cref="OpenAsync"/>.</exception>
    public override void Open()
    {
        if (directory is not null) throw new NotSupportedException("With a login for each tenant a connection is opened by OpenAsync.");
        circuit.Open(Inner.Open);
    }

    /// <inheritdoc />
    public override async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (directory is null)
        {
            await circuit.OpenAsync(async token =>
            {
                await Inner.OpenAsync(token);
                return true;
            }, cancellationToken);
            return;
        }

        if (inner is not null) await inner.DisposeAsync();
        inner = await circuit.OpenAsync(async token => await directory.OpenAsync(scope, token), cancellationToken);
    }

    /// <inheritdoc />
    public override void Close() => inner?.Close();

    /// <inheritdoc />
    public override Task CloseAsync() => inner?.CloseAsync() ?? Task.CompletedTask;

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        if (inner is not null) await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    private NpgsqlConnection Inner => inner ?? throw new InvalidOperationException("The connection is not open.");

    /// <summary>The login was refused the tenant's role: whom the scope names is to be asked again.</summary>
    internal void Forget()
    {
        if (directory is null) return;
        directory.Forget(scope);
        if (Current is null) Close();
    }

    /// <summary>The prologue has answered. The schema that was entered.</summary>
    internal string Enter(DbDataReader prologue)
    {
        prologue.Read();
        Entry = Prologue.Read(prologue);
        return Entry.Schema.Value;
    }

    internal NpgsqlBatch CreateTenantBatch(NpgsqlBatchCommand command, int timeoutSeconds, bool again)
    {
        var batch = new NpgsqlBatch(Inner, Current?.Inner) { Timeout = timeoutSeconds };
        Prologue.AddTo(batch, scope, options, inTransaction: Current is not null, stepBack: again || Current is not null);
        batch.BatchCommands.Add(command);
        return batch;
    }

    internal TenantTransaction? Current { get; set; }

    /// <inheritdoc />
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) =>
        Current = new TenantTransaction(this, Inner.BeginTransaction(isolationLevel));

    /// <inheritdoc />
    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken) =>
        Current = new TenantTransaction(this, await Inner.BeginTransactionAsync(isolationLevel, cancellationToken));

    /// <inheritdoc />
    protected override DbCommand CreateDbCommand() => new TenantCommand(this);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing) inner?.Dispose();
        base.Dispose(disposing);
    }

    private static NotSupportedException Fixed() => new("A tenant's connection cannot be pointed elsewhere.");
}

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
/// Outside a transaction a command takes one round trip and is sent read-only; writes need <see cref="DbConnection.BeginTransaction()"/>,
/// or <see cref="WholeTransaction.RunCommandAsync"/> where one command is all.
/// A command holds one statement: stacked statements are refused. Not thread-safe.
/// </remarks>
public sealed class TenantConnection : DbConnection
{
    private readonly DataPlane plane;
    private readonly TenantScope scope;
    private readonly TenantEntry? known;
    private PoolPlace? place;
    private NpgsqlConnection? inner;
    private TenantTransaction? current;

    internal TenantConnection(DataPlane plane, TenantScope scope) => (this.plane, this.scope, known) = (plane, scope, plane.Known.Find(scope));

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
        if (plane.Directory is not null) throw new NotSupportedException("With a login for each tenant a connection is opened by OpenAsync.");
        place ??= plane.Pool.Take(Preference);
        try
        {
            inner ??= place.Source.CreateConnection();
            plane.Circuit.Open(Inner.Open);
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <inheritdoc />
    public override async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (plane.Directory is { } directory)
        {
            if (inner is not null) await inner.DisposeAsync();
            inner = await plane.Circuit.OpenAsync(async token => await directory.OpenAsync(scope, token), cancellationToken);
            return;
        }

        place ??= await plane.Pool.TakeAsync(Preference, cancellationToken);
        try
        {
            inner ??= place.Source.CreateConnection();
            await plane.Circuit.OpenAsync(
                static async (inner, token) =>
                {
                    await inner.OpenAsync(token);
                    return inner;
                }, inner, cancellationToken);
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>Opens it where it is not open, also when it broke.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DatabaseUnavailableException">There is no connection to be had.</exception>
    public async Task ReopenAsync(CancellationToken cancellationToken)
    {
        if (State == ConnectionState.Open) return;
        await CloseAsync();
        await OpenAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override void Close()
    {
        try { inner?.Close(); }
        finally { Leave(); }
    }

    /// <inheritdoc />
    public override async Task CloseAsync()
    {
        try { if (inner is not null) await inner.CloseAsync(); }
        finally { Leave(); }
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        try { if (inner is not null) await inner.DisposeAsync(); }
        finally { Leave(); }
        await base.DisposeAsync();
    }

    private NpgsqlConnection Inner => inner ?? throw new InvalidOperationException("The connection is not open.");

    /// <summary>The login was refused the tenant's role: whom the scope names is to be asked again.</summary>
    internal void Forget()
    {
        if (plane.Directory is null) return;
        plane.Known.Forget(scope);
        if (Current is null) Close();
    }

    /// <summary>Nobody is to have this connection again once it is closed, nor the few beside it in its pool.</summary>
    internal void Distrust()
    {
        place?.Source.Clear();
        plane.Directory?.Clear(scope);
    }

    /// <summary>As <see cref="Distrust"/>, and closes it.</summary>
    internal void GiveUp()
    {
        Distrust();
        inner?.Close();
    }

    /// <summary>The prologue has answered. The schema that was entered.</summary>
    internal string Enter(DbDataReader prologue)
    {
        prologue.Read();
        Entry = Prologue.Read(prologue, known);
        if (!ReferenceEquals(Entry, known)) plane.Known.Remember(scope, Entry);
        return Entry.Schema.Value;
    }

    internal NpgsqlBatch CreateTenantBatch(NpgsqlBatchCommand command, int timeoutSeconds, bool again)
    {
        var batch = new NpgsqlBatch(Inner, Current?.Begun) { Timeout = timeoutSeconds };
        Current?.BeginIn(batch);
        plane.Prologue.AddTo(batch, scope, Current, again);
        batch.BatchCommands.Add(command);
        Current?.CommitIn(batch);
        return batch;
    }

    /// <summary>
    /// The statement in the words of its tenant. A prepared text has one plan, made for one path: words of its own keep a tenant's plan
    /// when the connection has served another in between. What is planned for whom is PostgreSQL's to see; nothing depends on the words.
    /// </summary>
    internal string Mark(string statement) => plane.KeepsPlans && known is not null ? string.Concat("/* ", known.Schema.Value, " */ ", statement) : statement;

    /// <summary>The transaction that is open; null in none, also after the commit that travelled with a command.</summary>
    internal TenantTransaction? Current { get => current is { IsCommitted: true } ? null : current; set => current = value; }

    /// <summary>A transaction of one command, with which begin and commit travel.</summary>
    internal TenantTransaction BeginCommand() => Current = new TenantTransaction(this, begun: null);

    /// <summary>
    /// The server was lost on this connection, and with it, as it is to be feared, on all that wait for their use. Of one data source
    /// Npgsql ends those itself; the parts of the pool are several.
    /// </summary>
    internal void Lose() => plane.Pool.Clear();

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
        if (disposing)
        {
            try { inner?.Dispose(); }
            finally { Leave(); }
        }

        base.Dispose(disposing);
    }

    // By what stays the tenant's when it is known, and else by what it is called.
    private int Preference => known?.Schema.GetHashCode() ?? HashCode.Combine(scope.Org, scope.OrgId);

    // The connection is closed: its room is for others, and it is opened again wherever there is room then.
    private void Leave()
    {
        if (place is null) return;
        place.Dispose();
        (place, inner) = (null, null);
    }

    private static NotSupportedException Fixed() => new("A tenant's connection cannot be pointed elsewhere.");
}

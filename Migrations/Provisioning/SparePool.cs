using System.Threading.Channels;
using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Linting;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Provisioning;

/// <summary>
/// Spares: schemas made before their orgs, whole, that nobody can enter, so that making an org need only take one. Each is made,
/// and removed, in one transaction. Thread-safe.
/// </summary>
public sealed class SparePool
{
    /// <summary>What a spare <c>t</c> must be to become a tenant: made with these scripts and this key, and there.</summary>
    internal const string IsReady =
        """
        t.state = 'provisioning' and t.spare_scripts = @scripts and (@key::text is null or t.login_key is not distinct from @key)
        and exists (select from pg_catalog.pg_namespace n where n.nspname = t.schema_name)
        and exists (select from pg_catalog.pg_roles r where r.rolname = t.schema_name)
        """;

    private const string TryLock = "select pg_try_advisory_xact_lock(hashtextextended('tenantry spares', 0))";

    private const string CountReady = $"select count(*) from public.tenants t where {IsReady}";

    // What a newer program made is its own affair.
    private const string TakeStale =
        $"""
        select t.schema_name from public.tenants t
        where t.spare_scripts is not null and t.state = 'provisioning' and t.version <= @version and not ({IsReady})
        order by t.id limit 1 for update skip locked
        """;

    private const string Add =
        "insert into public.tenants (id, schema_name, state, version, spare_scripts) values (@id, @schema, 'provisioning', @version, @scripts)";

    private const string Remove = "delete from public.tenants where schema_name = @schema";

    // One row, however often it fails. Its schema does not exist.
    private const string KeepFailure =
        """
        insert into public.tenants (id, schema_name, state, version, spare_scripts, last_attempt_at, last_error)
        values (@id, @schema, 'failed', @version, @scripts, now(), @error)
        on conflict (state) where spare_scripts is not null and state = 'failed'
        do update set version = excluded.version, spare_scripts = excluded.spare_scripts, last_attempt_at = now(), last_error = excluded.last_error
        """;

    private const string ForgetFailure = "delete from public.tenants where spare_scripts is not null and state = 'failed'";

    private const string ReadStatus =
        $"""
        select count(*) filter (where {IsReady}) as Ready, count(*) filter (where t.state = 'provisioning' and not ({IsReady})) as Stale,
               max(t.last_error) filter (where t.state = 'failed') as Error, max(t.last_attempt_at) filter (where t.state = 'failed') as FailedAt
        from public.tenants t where t.spare_scripts is not null
        """;

    private readonly OwnerDatabase database;
    private readonly ScriptSet scripts;
    private readonly TenantLogins? logins;
    private readonly Channel<bool> taken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    internal SparePool(OwnerDatabase database, ScriptSet scripts, TenantLogins? logins) =>
        (this.database, this.scripts, this.logins) = (database, scripts, logins);

    /// <summary>What a spare that is ready bears; the parameters of <see cref="IsReady"/>.</summary>
    internal (string Scripts, string? Key) Mark => (scripts.Fingerprint, logins?.Fingerprint);

    /// <summary>
    /// Removes spares of other scripts or another key, and makes spares until so many are ready. Where another process is doing
    /// that at the moment, leaves it to it: together they do not make too many.
    /// </summary>
    /// <exception cref="MigrationFailedException">A tenant script failed; the error is kept in the registry until a spare is made.</exception>
    /// <exception cref="NpgsqlException">The database failed. What was made is whole.</exception>
    public async Task<SpareReport> FillAsync(int size, CancellationToken cancellationToken)
    {
        var (removed, made) = (0, 0);
        while (await TryRemoveStaleAsync(cancellationToken)) removed++;
        while (await TryAddAsync(size, cancellationToken)) made++;
        return new(made, removed);
    }

    /// <summary>Tries again to make the spare that could not be made. False when there is none such, or another process is at it.</summary>
    /// <inheritdoc cref="FillAsync" path="/exception"/>
    public async Task<bool> RetryAsync(CancellationToken cancellationToken) =>
        (await ReadStatusAsync(cancellationToken)).Error is not null && await TryAddAsync(int.MaxValue, cancellationToken);

    /// <summary>How many spares there are, and why the last could not be made.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<SpareStatus> ReadStatusAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleAsync<SpareStatus>(new CommandDefinition(ReadStatus, Parameters(), cancellationToken: cancellationToken));
    }

    /// <summary>Ends when this process has made a tenant since the last time, by whichever of the two ways.</summary>
    internal Task WaitForTakingAsync(CancellationToken cancellationToken) => taken.Reader.ReadAsync(cancellationToken).AsTask();

    internal void TellTaken() => taken.Writer.TryWrite(true);

    private async Task<bool> TryAddAsync(int size, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            CommandDefinition Command(string sql, object? parameters = null) => new(sql, parameters, cancellationToken: cancellationToken);
            // Each a statement of its own, so that the count sees what was committed before the lock was had.
            if (!await connection.ExecuteScalarAsync<bool>(Command(TryLock))) return false;
            var ready = await connection.ExecuteScalarAsync<long>(Command(CountReady, Parameters()));
            MigrationsTelemetry.Filled(ready);
            if (ready >= size) return false;

            ScriptLint.Require(scripts);
            var id = Guid.CreateVersion7();
            await connection.ExecuteAsync(Command(Add, Parameters(id)));
            await TenantSchema.CreateAsync(connection, SchemaName.For(id), scripts, cancellationToken);
            if (logins is not null) await logins.CreateAsync(connection, SchemaName.For(id), cancellationToken);
            await connection.ExecuteAsync(Command(ForgetFailure));
            await transaction.CommitAsync(cancellationToken);
            MigrationsTelemetry.SpareMade();
            return true;
        }
        // Not the connection's faults: those the next attempt may not have.
        catch (Exception error) when (error is MigrationFailedException { InnerException: not NpgsqlException { IsTransient: true } } or PostgresException { IsTransient: false })
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(KeepFailure, Parameters(Guid.CreateVersion7(), error.Message), cancellationToken: cancellationToken));
            throw;
        }
    }

    private async Task<bool> TryRemoveStaleAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var found = await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(TakeStale, Parameters(), cancellationToken: cancellationToken));
        if (found is null) return false;
        await TenantSchema.DropAsync(connection, SchemaName.Parse(found), cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Remove, new { schema = found }, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private object Parameters(Guid id = default, string? error = null) =>
        new { id, schema = SchemaName.For(id).Value, version = scripts.Newest, scripts = Mark.Scripts, key = Mark.Key, error };
}

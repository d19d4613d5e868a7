using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Linting;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Migrations.Fleet;

/// <summary>
/// Takes tenants from version to version, each in a transaction of its own: one that fails stays where it was and stops no other.
/// Several runs at once share the work. Thread-safe.
/// </summary>
/// <param name="database">The owner's pool.</param>
/// <param name="scripts">What each tenant's schema is made of.</param>
public sealed class FleetMigrator(OwnerDatabase database, ScriptSet scripts)
{
    private const string Columns =
        """
        select t.id, o.slug, o.name, t.schema_name as SchemaName, t.state, t.version, t.created_at as CreatedAt
        from public.tenants t join tenancy.directory o on o.id = t.id
        where t.state in ('active', 'suspended') and (@slugs::text[] is null or o.slug = any(@slugs)) and
        """;

    // The oldest first, always the same: canaries are the same ones in each run.
    private const string ListBehind = Columns + " t.version < @target order by t.id";
    private const string ListFailed = Columns + " t.version <= @target and t.last_error is not null order by t.id";
    private const string ListAhead = Columns + " t.version > @target order by t.id";

    private readonly ScriptRegister register = new(database, scripts);

    /// <summary>The version that a run without a target of its own takes tenants to.</summary>
    public int Newest => scripts.Newest;

    /// <summary>The tenants that <see cref="MigrateAsync"/> would move, by one query that visits none of them.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public Task<IReadOnlyList<TenantRecord>> ListBehindAsync(FleetOptions options, CancellationToken cancellationToken) =>
        ListAsync(options.FailedOnly ? ListFailed : ListBehind, options, TargetOf(options), cancellationToken);

    /// <summary>
    /// Migrates the tenants that are behind. Cancellation finishes the tenants in hand and leaves the rest, which the next run
    /// takes up; so does whatever ends the process. A run that finds nobody behind visits nobody.
    /// </summary>
    /// <param name="options">Whom to move, where to, and how.</param>
    /// <param name="progress">Told of each tenant when it is done, by one thread at a time.</param>
    /// <param name="cancellationToken">Stops the run between two tenants.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="MigrationFailedException">
    /// A script leaves its tenant's schema (<see cref="ScriptLint"/>), or one that tenants have had was edited; no tenant was touched.
    /// </exception>
    /// <exception cref="NpgsqlException">The database failed before the first tenant.</exception>
    public async Task<FleetReport> MigrateAsync(FleetOptions options, IProgress<TenantMigration>? progress, CancellationToken cancellationToken)
    {
        var target = await PrepareAsync(options, cancellationToken);
        var behind = await ListBehindAsync(options, cancellationToken);
        if (behind.Count > 0) await register.AddAsync(target, cancellationToken);
        await using var mover = new TenantMover(database, target, options.LockTimeout, applied => SchemaPlan.Forward(scripts, target, applied));
        return await new FleetRun(mover, options, progress, cancellationToken).RunAsync(behind);
    }

    /// <summary>The tenants that <see cref="RollBackAsync"/> would move.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public Task<IReadOnlyList<TenantRecord>> ListAheadAsync(FleetOptions options, CancellationToken cancellationToken) =>
        ListAsync(ListAhead, options, TargetOf(options), cancellationToken);

    /// <summary>
    /// Takes the tenants that are beyond <see cref="FleetOptions.Target"/> back to it by the down scripts, the last first, in the
    /// way of <see cref="MigrateAsync"/>. What the scripts had added is gone with its data.
    /// </summary>
    /// <inheritdoc cref="MigrateAsync" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="MigrationFailedException">
    /// A script has no way back, a tenant has scripts that this set lacks, or lint or the checksums refuse; no tenant was touched.
    /// </exception>
    /// <exception cref="NpgsqlException">The database failed before the first tenant.</exception>
    public async Task<FleetReport> RollBackAsync(FleetOptions options, IProgress<TenantMigration>? progress, CancellationToken cancellationToken)
    {
        var target = await PrepareAsync(options, cancellationToken);
        var ahead = await ListAheadAsync(options, cancellationToken);
        var highest = ahead.Select(tenant => tenant.Version).DefaultIfEmpty(target).Max();
        if (highest > Newest) throw new MigrationFailedException($"A tenant is at version {highest} and these scripts end at {Newest}: use the program that migrated it.", null, null);
        foreach (var script in scripts.Scripts.Take(highest).Skip(target)) _ = new MigrationStep(script, Back: true).Sql;
        await using var mover = new TenantMover(database, target, options.LockTimeout, applied => SchemaPlan.Back(scripts, target, applied));
        var report = await new FleetRun(mover, options, progress, cancellationToken).RunAsync(ahead);
        await register.ForgetUnusedAsync(CancellationToken.None);
        return report;
    }

    private async Task<int> PrepareAsync(FleetOptions options, CancellationToken cancellationToken)
    {
        options.Require(database.PoolSize);
        var target = TargetOf(options);
        ArgumentOutOfRangeException.ThrowIfNegative(target, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(target, Newest, nameof(options));
        ScriptLint.Require(scripts);
        await register.RequireUneditedAsync(cancellationToken);
        return target;
    }

    private int TargetOf(FleetOptions options) => options.Target ?? Newest;

    private async Task<IReadOnlyList<TenantRecord>> ListAsync(string sql, FleetOptions options, int target, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var slugs = options.Only?.Select(slug => slug.Value).ToArray();
        return [.. await connection.QueryAsync<TenantRecord>(new CommandDefinition(sql, new { target, slugs }, cancellationToken: cancellationToken))];
    }
}

using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Linting;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Migrations.Fleet;

/// <summary>Takes tenants to a version, each in a transaction of its own: one that fails stays where it was and stops no other.</summary>
public sealed class FleetMigrator(OwnerDatabase database, ScriptSet scripts)
{
    private const string ListBehind =
        """
        select t.id, o.slug, o.name, t.schema_name as SchemaName, t.state, t.version, t.created_at as CreatedAt
        from public.tenants t join tenancy.directory o on o.id = t.id
        where t.version < @target and t.state in ('active', 'suspended') and (@slugs::text[] is null or o.slug = any(@slugs))
        order by t.id
        """;

    private const string Reached =
        "update public.tenants set version = @target, last_attempt_at = now(), last_error = null where id = @Id and version < @target";

    private const string Failure = "update public.tenants set last_attempt_at = now(), last_error = @error where id = @Id";

    private const string ListScripts = "select name, checksum from public.tenant_scripts";

    private const string AddScript =
        "insert into public.tenant_scripts (version, name, checksum) values (@Version, @Name, @Checksum) on conflict do nothing";

    /// <summary>The version that a run without a target of its own takes tenants to.</summary>
    public int Newest => scripts.Newest;

    /// <summary>The tenants behind a version, by one query that visits none of them.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<IReadOnlyList<TenantRecord>> ListBehindAsync(IReadOnlyList<Slug>? only, int target, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var slugs = only?.Select(slug => slug.Value).ToArray();
        return [.. await connection.QueryAsync<TenantRecord>(new CommandDefinition(ListBehind, new { target, slugs }, cancellationToken: cancellationToken))];
    }

    /// <summary>
    /// Migrates the tenants that are behind. Cancellation finishes the tenant in hand and leaves the rest, which the next run takes up.
    /// </summary>
    /// <param name="only">The orgs to migrate; null for all.</param>
    /// <param name="target">The version to reach.</param>
    /// <param name="progress">Told of each tenant when it is done.</param>
    /// <param name="cancellationToken">Stops the run between two tenants.</param>
    /// <exception cref="MigrationFailedException">
    /// A script leaves its tenant's schema (<see cref="ScriptLint"/>), or one that tenants have had was edited; no tenant was touched.
    /// </exception>
    /// <exception cref="NpgsqlException">The database failed outside a tenant's own transaction.</exception>
    public async Task<FleetReport> MigrateAsync(
        IReadOnlyList<Slug>? only, int target, IProgress<TenantMigration>? progress, CancellationToken cancellationToken)
    {
        ScriptLint.Require(scripts);
        await CheckScriptsAsync(cancellationToken);
        var behind = await ListBehindAsync(only, target, cancellationToken);
        var done = new List<TenantMigration>();
        foreach (var tenant in behind)
        {
            if (cancellationToken.IsCancellationRequested) break;
            var migration = await MigrateOneAsync(tenant, target);
            done.Add(migration);
            progress?.Report(migration);
        }

        return new FleetReport(
            [.. done.Where(migration => migration.Error is null)],
            [.. done.Where(migration => migration.Error is not null)],
            behind.Count - done.Count);
    }

    // Not cancellable: what is begun is finished.
    private async Task<TenantMigration> MigrateOneAsync(TenantRecord tenant, int target)
    {
        var migration = new TenantMigration(tenant.Slug, tenant.SchemaName, tenant.Version, target, null, null);
        var schema = SchemaName.Parse(tenant.SchemaName);
        try
        {
            await using var connection = await database.OpenAsync(CancellationToken.None);
            await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
            await SchemaMigrator.MigrateAsync(connection, schema.Value, TenantSchema.SearchPath(schema), scripts, target, CancellationToken.None);
            if (await connection.ExecuteAsync(Reached, new { target, tenant.Id }) > 0)
                await AuditLog.AppendAsync(transaction, new AuditEntry(AuditAction.TenantMigrated, null, tenant.Id), CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
            return migration;
        }
        catch (Exception error) when (error is MigrationFailedException or NpgsqlException)
        {
            await using var connection = await database.OpenAsync(CancellationToken.None);
            await connection.ExecuteAsync(Failure, new { tenant.Id, error = error.Message });
            return migration with { Script = (error as MigrationFailedException)?.Script, Error = error.Message };
        }
    }

    private async Task CheckScriptsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var known = await connection.QueryAsync<(string Name, string Checksum)>(new CommandDefinition(ListScripts, cancellationToken: cancellationToken));
        foreach (var (name, checksum) in known)
        {
            var script = scripts.Scripts.FirstOrDefault(script => script.Name == name)
                ?? throw new MigrationFailedException($"Script {name} ran on tenants and is gone: restore it.", name, null);
            if (script.Checksum != checksum)
                throw new MigrationFailedException($"Script {name} was edited after it ran: restore it and write a new one.", name, null);
        }

        await connection.ExecuteAsync(AddScript, scripts.Scripts);
    }
}

using Npgsql;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Migrations.Cli;

/// <summary>What <c>migrate</c> would run; changes nothing, and works on a database that was never prepared.</summary>
internal static class MigrationPlan
{
    public static async Task<int> WriteAsync(Invocation invocation, TenantryDatabase database, FleetOptions options, bool sharedOnly, CancellationToken cancellationToken)
    {
        var shared = await ListSharedAsync(database, cancellationToken);
        // Without its first scripts the shared schema has no registry, and so no tenants.
        var tenants = sharedOnly || shared.Count == database.SharedMigrator.ListNames().Count()
            ? []
            : await new FleetMigrator(database.Owner, database.TenantScripts).ListBehindAsync(options, cancellationToken);
        var target = options.Target!.Value;
        var rings = FleetRings.Split(tenants, options).ToList();
        var pending = tenants.Count == 0 ? [] : Between(database, tenants.Min(tenant => tenant.Version), target);
        invocation.Output.Write(
            new
            {
                dryRun = true,
                shared,
                rings = rings.Select(ring => new { name = ring.Name, tenants = ring.Tenants.Count }).ToList(),
                tenants = tenants.Select(tenant => new { slug = tenant.Slug, from = tenant.Version, to = target, scripts = Between(database, tenant.Version, target).Select(script => script.Name).ToList() }).ToList(),
                scripts = pending.Select(script => new { name = script.Name, sql = script.Sql }).ToList(),
            },
            output =>
            {
                output.Line(shared.Count == 0 ? "The shared schema is up to date." : $"The shared schema would run {string.Join(", ", shared)}.");
                foreach (var ring in rings)
                {
                    output.Line($"{ring.Tenants.Count} tenants in {ring.Name}:");
                    foreach (var same in ring.Tenants.GroupBy(tenant => tenant.Version).OrderBy(same => same.Key))
                        output.Line($"    version {same.Key} to {target}: {string.Join(", ", same.Select(tenant => tenant.Slug))}");
                }

                foreach (var script in pending)
                {
                    output.Line($"-- {script.Name}.sql");
                    foreach (var line in script.Sql.TrimEnd().Split('\n')) output.Line(line);
                }

                if (!sharedOnly) output.Line($"{tenants.Count} tenants are behind version {target}. Nothing was changed.");
            });
        return ExitCode.Done;
    }

    private static MigrationScript[] Between(TenantryDatabase database, int version, int target) =>
        [.. database.TenantScripts.Scripts.Skip(version).Take(target - version)];

    private static async Task<IReadOnlyList<string>> ListSharedAsync(TenantryDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            return await database.SharedMigrator.ListPendingAsync(cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InvalidPassword
            or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName)
        {
            // No owner login, or no database: nothing has run.
            return [.. database.SharedMigrator.ListNames()];
        }
    }
}

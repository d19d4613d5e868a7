using Npgsql;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Hosting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

/// <summary>What <c>migrate</c> would run; changes nothing, and works on a database that was never prepared.</summary>
internal static class MigrationPlan
{
    public static async Task<int> WriteAsync(
        Invocation invocation, TenantryDatabase database, Slug[]? only, int target, bool sharedOnly, CancellationToken cancellationToken)
    {
        var shared = await ListSharedAsync(database, cancellationToken);
        // Without its first scripts the shared schema has no registry, and so no tenants.
        var tenants = sharedOnly || shared.Count == database.SharedMigrator.ListNames().Count()
            ? []
            : await new FleetMigrator(database.Owner, database.TenantScripts).ListBehindAsync(only, target, cancellationToken);
        invocation.Output.Write(
            new
            {
                dryRun = true,
                shared,
                tenants = tenants.Select(tenant => new { slug = tenant.Slug, from = tenant.Version, to = target, scripts = ScriptsOf(database, tenant, target) }).ToList(),
            },
            output =>
            {
                output.Line(shared.Count == 0 ? "The shared schema is up to date." : $"The shared schema would run {string.Join(", ", shared)}.");
                foreach (var tenant in tenants)
                    output.Line($"{tenant.Slug} would run {string.Join(", ", ScriptsOf(database, tenant, target))}.");
                if (!sharedOnly) output.Line($"{tenants.Count} tenants are behind version {target}. Nothing was changed.");
            });
        return ExitCode.Done;
    }

    private static string[] ScriptsOf(TenantryDatabase database, TenantRecord tenant, int target) =>
        [.. database.TenantScripts.Scripts.Skip(tenant.Version).Take(target - tenant.Version).Select(script => script.Name)];

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

using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Migrations.Cli.Doctor;

/// <summary>Whether the schemas are at this program's versions.</summary>
internal static class FleetChecks
{
    public static async Task<Finding> OfSharedAsync(TenantryDatabase database, CancellationToken cancellationToken)
    {
        var pending = await new SharedMigrator(database.Owner, ScriptSet.Shared).ListPendingAsync(cancellationToken);
        return pending.Count == 0
            ? Finding.Ok("shared.version", $"the shared schema is at version {ScriptSet.Shared.Newest}")
            : Finding.Fail("shared.version", $"the shared schema lacks {string.Join(", ", pending)}", "Run `tenantry migrate --shared`.");
    }

    public static async Task<IReadOnlyList<Finding>> OfTenantsAsync(TenantryDatabase database, CancellationToken cancellationToken)
    {
        var tenants = await new TenantRegistry(database.Owner).ListAsync(null, cancellationToken);
        var kept = tenants.Where(tenant => tenant.State != "deleting").ToList();
        var behind = kept.FindAll(tenant => tenant.Version < ScriptSet.Tenant.Newest);
        var ahead = kept.FindAll(tenant => tenant.Version > ScriptSet.Tenant.Newest);
        var failed = kept.FindAll(tenant => tenant.LastError is not null || tenant.State == "failed");
        return
        [
            behind.Count == 0
                ? Finding.Ok("tenants.behind", $"no tenant is behind version {ScriptSet.Tenant.Newest}")
                : Finding.Warn("tenants.behind", $"{behind.Count} tenants are behind version {ScriptSet.Tenant.Newest}: {Names(behind)}", "Run `tenantry migrate`."),
            ahead.Count == 0
                ? Finding.Ok("tenants.ahead", "no tenant is ahead of this program")
                : Finding.Fail("tenants.ahead", $"{ahead.Count} tenants are ahead of this program: {Names(ahead)}", "Use the program that migrated them, or a newer one."),
            failed.Count == 0
                ? Finding.Ok("tenants.failed", "no tenant's last migration failed")
                : Finding.Fail("tenants.failed", $"{failed.Count} tenants failed: {Names(failed)}", "See `tenantry status` for the errors, mend them, and run `tenantry migrate`."),
        ];
    }

    private static string Names(List<TenantRecord> tenants) =>
        string.Join(", ", tenants.Take(5).Select(tenant => tenant.Slug)) + (tenants.Count > 5 ? " …" : "");
}

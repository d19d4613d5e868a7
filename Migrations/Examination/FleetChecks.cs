using Dapper;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Migrations.Examination;

/// <summary>Whether the schemas are at this program's versions.</summary>
internal static class FleetChecks
{
    public static async Task<Finding> OfSharedAsync(TenantryDatabase database, CancellationToken cancellationToken)
    {
        var pending = await database.SharedMigrator.ListPendingAsync(cancellationToken);
        return pending.Count == 0
            ? Finding.Ok("shared.version", $"the shared schema is at version {ScriptSet.Shared.Newest}")
            : Finding.Fail("shared.version", $"the shared schema lacks {string.Join(", ", pending)}", "Run `tenantry migrate --shared`.");
    }

    public static async Task<IReadOnlyList<Finding>> OfTenantsAsync(TenantryDatabase database, CancellationToken cancellationToken)
    {
        var tenants = await new TenantRegistry(database.Owner).ListAsync(null, cancellationToken);
        var kept = tenants.Where(tenant => tenant.State != "deleting").ToList();
        var behind = kept.FindAll(tenant => tenant.Version < database.TenantScripts.Newest);
        var ahead = kept.FindAll(tenant => tenant.Version > database.TenantScripts.Newest);
        var failed = kept.FindAll(tenant => tenant.LastError is not null || tenant.State == "failed");
        return
        [
            behind.Count == 0
                ? Finding.Ok("tenants.behind", $"no tenant is behind version {database.TenantScripts.Newest}")
                : Finding.Warn("tenants.behind", $"{behind.Count} tenants are behind version {database.TenantScripts.Newest}: {Names(behind)}", "Run `tenantry migrate`."),
            ahead.Count == 0
                ? Finding.Ok("tenants.ahead", "no tenant is ahead of this program")
                : Finding.Fail("tenants.ahead", $"{ahead.Count} tenants are ahead of this program: {Names(ahead)}", "Use the program that migrated them, or a newer one."),
            failed.Count == 0
                ? Finding.Ok("tenants.failed", "no tenant's last migration failed")
                : Finding.Fail("tenants.failed", $"{failed.Count} tenants failed: {Names(failed)}", "See `tenantry status` for the errors, mend them, and run `tenantry retry`."),
        ];
    }

    /// <summary>
    /// Whether anybody can be served: an org outside the range is refused by itself and stops no other, but a service
    /// that could serve none of its orgs is not to start.
    /// </summary>
    public static async Task<Finding> OfRangeAsync(TenantryDatabase database, int oldest, int newest, CancellationToken cancellationToken)
    {
        const string check = "tenants.range";
        await using var connection = await database.Owner.OpenAsync(cancellationToken);
        var (all, outside) = await connection.QuerySingleAsync<(long, long)>(new CommandDefinition(
            "select count(*), count(*) filter (where version not between @oldest and @newest) from public.tenants where state = 'active'",
            new { oldest, newest }, cancellationToken: cancellationToken));
        if (outside == 0) return Finding.Ok(check, $"all tenants are at versions {oldest} to {newest}");
        var detail = $"{outside} of {all} tenants are not at versions {oldest} to {newest}, which this program serves";
        const string mend = "Run `tenantry migrate`, or use the program that migrated them.";
        return outside == all ? Finding.Fail(check, detail, mend) : Finding.Warn(check, detail, mend);
    }

    /// <summary>With a login for each tenant: whether each has its own.</summary>
    public static async Task<IReadOnlyList<Finding>> OfLoginsAsync(TenantryDatabase database, CancellationToken cancellationToken)
    {
        if (database.TenantLogins is null) return [];
        var missing = await database.TenantLogins.CountMissingAsync(database.Owner, cancellationToken);
        return [missing == 0
            ? Finding.Ok("tenants.logins", "every tenant has a login of its own")
            : Finding.Warn("tenants.logins", $"{missing} tenants have no login of their own, or one of another key", "Run `tenantry migrate --shared`.")];
    }

    /// <summary>Whether spares for new orgs can be made.</summary>
    public static async Task<Finding> OfSparesAsync(TenantryDatabase database, CancellationToken cancellationToken)
    {
        var spares = await database.Provisioner.Spares.ReadStatusAsync(cancellationToken);
        return spares.Error is null
            ? Finding.Ok("tenants.spares", $"{spares.Ready} spare schemas are ready for new orgs")
            : Finding.Warn("tenants.spares", $"the last spare schema could not be made: {spares.Error}", "Mend the script, and run `tenantry retry`.");
    }

    private static string Names(List<TenantRecord> tenants) =>
        string.Join(", ", tenants.Take(5).Select(tenant => tenant.Slug)) + (tenants.Count > 5 ? " …" : "");
}

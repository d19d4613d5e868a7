using System.CommandLine;
using System.Globalization;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Migrations.Cli;

internal static class StatusCommand
{
    public static Command Create(Terminal terminal) =>
        new Command("status", "Show how many tenants stand at each version; exit code 1 when a migration or a spare failed, or a tenant has drifted").Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var registry = new TenantRegistry(database.Owner);
        var newest = database.TenantScripts.Newest;
        var versions = await registry.CountByVersionAsync(cancellationToken);
        var pending = versions.Where(row => row.Version < newest).Sum(row => row.Tenants);
        var failed = await registry.ListFailedAsync(cancellationToken);
        var drifted = await registry.ListDriftedAsync(cancellationToken);
        var spares = await database.Provisioner.Spares.ReadStatusAsync(cancellationToken);
        var result = new
        {
            newest,
            sharedVersion = ScriptSet.Shared.Newest,
            versions = versions.Select(row => new { version = row.Version, tenants = row.Tenants }).ToList(),
            pending,
            failed = failed.Select(tenant => new { slug = tenant.Slug, version = tenant.Version, error = tenant.LastError, at = tenant.LastAttemptAt }).ToList(),
            drifted = drifted.Select(tenant => new { slug = tenant.Slug, version = tenant.Version, examinedAt = tenant.ExaminedAt }).ToList(),
            spares = new { ready = spares.Ready, stale = spares.Stale, error = spares.Error, at = spares.FailedAt },
        };
        invocation.Output.Write(result, output =>
        {
            output.Table(["Version", "Tenants", ""], versions.Select(row => new[]
            {
                row.Version.ToString(CultureInfo.InvariantCulture), row.Tenants.ToString(CultureInfo.InvariantCulture),
                row.Version == newest ? "newest" : row.Version < newest ? "behind" : "ahead of this program",
            }));
            output.Line($"The shared schema is at version {ScriptSet.Shared.Newest}; {pending} tenants are pending, {failed.Count} failed, {drifted.Count} had drifted when `tenantry drift` last looked.");
            if (failed.Count > 0)
                output.Table(["Failed", "Version", "At", "Error"], failed.Select(tenant => new[]
                {
                    tenant.Slug, tenant.Version.ToString(CultureInfo.InvariantCulture), TenantView.Time(tenant.LastAttemptAt), tenant.LastError,
                }));
            if (drifted.Count > 0)
                output.Table(["Drifted", "Version", "Seen"], drifted.Select(tenant => new[]
                {
                    tenant.Slug, tenant.Version.ToString(CultureInfo.InvariantCulture), TenantView.Time(tenant.ExaminedAt),
                }));
            output.Line($"{spares.Ready} spare schemas are ready for new orgs{(spares.Stale > 0 ? $", {spares.Stale} are not of these scripts" : "")}.");
            if (spares.Error is not null) output.Line($"The last spare failed at {TenantView.Time(spares.FailedAt)}: {spares.Error}");
        });
        return failed.Count + drifted.Count > 0 || spares.Error is not null ? ExitCode.Failed : ExitCode.Done;
    }
}

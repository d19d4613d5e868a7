using System.Diagnostics;
using Npgsql;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Migrations.Evidence;

/// <summary>
/// The one check that no query of the auditor's can be: tenants against what the scripts make, for which the owner builds a schema
/// that is not committed. That all tenants are alike says <c>drift.*</c>; this says that they are alike the right thing.
/// </summary>
internal static class DriftReference
{
    public const string Id = "drift.reference";

    /// <summary>What is reported of it. In the place of a query stand the scripts that were compared with, by their checksums.</summary>
    private static CheckFile Describe(ScriptSet scripts) => new()
    {
        Id = Id,
        Title = "Tenants have the structure that the scripts make",
        Severity = "medium",
        Why = "Tenants that were all changed in the same way differ from the scripts and not from one another. Repeat it with `tenantry drift`.",
        Controls = ["SOC2 CC8.1", "ISO27001 A.8.32", "GDPR 32"],
        Sql = string.Concat(scripts.Scripts.Select(script => $"{script.Name}\t{script.Checksum}\n")),
    };

    /// <summary>Compares, as the owner. A failure is a reason not to have run, and no passing.</summary>
    public static async Task<CheckResult> RunAsync(TenantryDatabase database, bool isReplica, CancellationToken cancellationToken)
    {
        var check = Describe(database.TenantScripts);
        var clock = Stopwatch.StartNew();
        if (isReplica) return CheckResult.Without(check, "a replica takes no schema to compare with", clock.Elapsed);
        try
        {
            var tenants = (await new TenantRegistry(database.Owner).ListAsync(null, cancellationToken)).Where(tenant => tenant.State is "active" or "suspended").ToList();
            var schemas = tenants.ToDictionary(tenant => tenant.Slug, tenant => tenant.SchemaName, StringComparer.Ordinal);
            var groups = await new DriftExaminer(database.Owner, database.TenantScripts).ExamineAsync(tenants, cancellationToken);
            var findings = groups.SelectMany(group => group.Slugs.SelectMany(slug =>
                    group.Missing.Select(line => $"lacks what the scripts make: {line}").Concat(group.Extra.Select(line => $"has what the scripts do not make: {line}"))
                        .Select(detail => new AuditFinding(schemas[slug], OneLine(detail)))))
                .OrderBy(finding => finding.Subject, StringComparer.Ordinal).ThenBy(finding => finding.Detail, StringComparer.Ordinal);
            return CheckResult.Of(check, [.. findings], clock.Elapsed);
        }
        catch (Exception error) when (error is NpgsqlException or MigrationFailedException && !cancellationToken.IsCancellationRequested)
        {
            return CheckResult.Without(check, OneLine((error as PostgresException)?.MessageText ?? error.Message), clock.Elapsed);
        }
    }

    /// <summary>Where there is only the auditor login.</summary>
    public static CheckResult WithoutOwner() => CheckResult.Without(Describe(ScriptSet.Tenant), "only the owner can build a schema to compare with, and no owner login is configured", TimeSpan.Zero);

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}

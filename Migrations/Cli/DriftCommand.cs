using System.CommandLine;
using Tenantry.Migrations.Fleet;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Cli;

internal static class DriftCommand
{
    private const int Named = 5;

    private static readonly Argument<Slug[]> Orgs = SlugArgument.Several();

    public static Command Create(Terminal terminal) =>
        new Command("drift", "Compare the structure of tenants with what the scripts make; exit code 1 when any differs") { Orgs }.Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var only = Invocation.NullIfNone(invocation.Get(Orgs));
        await Invocation.RequireTenantsAsync(database, only, cancellationToken);
        var tenants = (await new TenantRegistry(database.Owner).ListAsync(null, cancellationToken))
            .Where(tenant => tenant.State is "active" or "suspended" && (only is null || only.Any(slug => slug.Value == tenant.Slug))).ToList();
        var groups = await new DriftExaminer(database.Owner, database.TenantScripts).ExamineAsync(tenants, cancellationToken);
        var drifted = groups.Sum(group => group.Slugs.Count);
        invocation.Output.Write(
            new
            {
                examined = tenants.Count,
                drifted,
                groups = groups.Select(group => new { version = group.Version, fingerprint = group.Fingerprint, tenants = group.Slugs, missing = group.Missing, extra = group.Extra }).ToList(),
            },
            output =>
            {
                foreach (var group in groups)
                {
                    output.Line($"{group.Slugs.Count} tenants at version {group.Version}: {string.Join(", ", group.Slugs.Take(Named))}{(group.Slugs.Count > Named ? " …" : "")}");
                    foreach (var line in group.Missing) output.Line($"    missing: {line}");
                    foreach (var line in group.Extra) output.Line($"    extra: {line}");
                }

                output.Line($"{tenants.Count} tenants examined, {drifted} differ from what the scripts make.");
            });
        return drifted > 0 ? ExitCode.Failed : ExitCode.Done;
    }
}

using System.CommandLine;
using System.Globalization;
using Tenantry.Migrations.Evidence;
using Tenantry.Migrations.Fleet;

namespace Tenantry.Migrations.Cli;

internal static class VerifyCommand
{
    private const int Shown = 50;

    private static readonly Option<int?> Seed = new("--seed") { Description = "Repeat a run: the seed that it told" };
    private static readonly Option<bool> Exhaustive = new("--exhaustive") { Description = "Try each tenant against every other; takes the square of their number" };

    public static Command Create(Terminal terminal) =>
        new Command("verify", "Try live what must be refused: each tenant against others, the shared tables and the bare login; exit code 1 when anything is not") { Seed, Exhaustive }.Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        var options = new ProbeOptions { Exhaustive = invocation.Get(Exhaustive) };
        if (invocation.Get(Seed) is { } seed) options = options with { Seed = seed };
        var schemas = (int)(await new TenantRegistry(database.Owner).CountByVersionAsync(cancellationToken)).Sum(row => row.Tenants);
        var report = await ProgressDisplay.RunAsync(invocation, "Trying tenants", schemas, progress => new IsolationProbe(database).RunAsync(options, progress, cancellationToken));
        invocation.Output.Write(report, output =>
        {
            if (report.Findings.Count > 0)
                output.Table(["Tenant", "Target", "Attempt", "Outcome"], report.Findings.Take(Shown).Select(one => new[] { one.Tenant, one.Target, one.Attempt, one.Outcome }));
            if (report.Findings.Count > Shown) output.Line($"and {report.Findings.Count - Shown} more: --json lists them all.");
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{report.Tenants} schemas read their own and tried {report.Attempts} times what is not: {report.Refused} refused, {report.Findings.Count} findings (seed {report.Seed})."));
        });
        return report.Findings.Count > 0 ? ExitCode.Failed : ExitCode.Done;
    }
}

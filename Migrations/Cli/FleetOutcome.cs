using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Migrations.Cli;

/// <summary>What a command says of a run over the fleet, and with which exit code it ends.</summary>
internal static class FleetOutcome
{
    public static int Write(Invocation invocation, FleetReport report, string summary, CancellationToken cancellationToken) =>
        Write(invocation, report, summary, null, cancellationToken);

    // What else was mended goes into the JSON.
    public static int Write(Invocation invocation, FleetReport report, string summary, object? mending, CancellationToken cancellationToken)
    {
        invocation.Output.Write(
            new
            {
                sharedVersion = ScriptSet.Shared.Newest,
                migrated = report.Migrated.Select(done => new { slug = done.Slug, from = done.From, to = done.To, attempts = done.Attempts }).ToList(),
                failed = report.Failed.Select(failed => new
                {
                    slug = failed.Slug,
                    from = failed.From,
                    to = failed.To,
                    script = failed.Script,
                    line = failed.Line,
                    statement = failed.Statement,
                    sqlState = failed.SqlState,
                    error = failed.Error,
                    attempts = failed.Attempts,
                }).ToList(),
                elsewhere = report.Elsewhere,
                left = report.Left,
                stopped = report.Stopped,
                mending,
            },
            output => output.Line(summary));
        foreach (var failed in report.Failed) invocation.Progress.Report($"Failed: {FleetProgress.Describe(failed)}");
        if (report.Failed.Count > 0) invocation.Progress.Report("What failed stands where it stood: mend it and run `tenantry retry`.");
        if (report.Stopped is not null) invocation.Progress.Report($"Stopped: {report.Stopped}");
        if (report.Left > 0) invocation.Progress.Report($"{(cancellationToken.IsCancellationRequested ? "Interrupted: " : "")}{report.Left} tenants are left; run the command again for them.");
        if (cancellationToken.IsCancellationRequested && report.Left > 0) return ExitCode.Interrupted;
        return report.Failed.Count > 0 || report.Left > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    public static string Summarize(FleetReport report, string done) =>
        $"{report.Migrated.Count} tenants {done}, {report.Failed.Count} failed, {report.Left} left{(report.Elsewhere > 0 ? $", {report.Elsewhere} done by another run" : "")}.";
}

using System.CommandLine;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Evidence;

namespace Tenantry.Migrations.Cli;

internal static class AuditCommand
{
    private static readonly Argument<string[]> Only = new("check") { Description = "Checks or families, such as roles.logins or drift; all by default", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string?> Out = new("--out") { Description = "Also write the result as JSON to this file" };

    public static Command Create(Terminal terminal) =>
        new Command("audit", "Examine as the auditor login, from the catalogs alone, whether tenants are kept apart; exit code 1 when anything is found") { Only, Out }.Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var only = invocation.Get(Only) ?? [];
        if (only.FirstOrDefault(name => !Known(name)) is { } unknown)
            throw CommandException.Usage($"There is no check or family {unknown}: the families are {string.Join(", ", CheckFile.All.Select(check => check.Family).Distinct())}.");
        var path = invocation.Get(Out);
        if (Directory.Exists(path)) throw CommandException.Usage($"--out takes a file, and {path} is a folder.");
        // Before the work: where it cannot be written is known at once.
        if (path is not null) await WriteAsync(path + ".part", "", cancellationToken);
        try
        {
            var report = await AuditAsync(invocation, name => only.Length == 0 || only.Contains(name) || only.Contains(name[..name.IndexOf('.', StringComparison.Ordinal)]), cancellationToken);
            if (path is not null)
            {
                await WriteAsync(path + ".part", report.ToJson() + "\n", cancellationToken);
                File.Move(path + ".part", path, overwrite: true);
            }

            invocation.Output.Write(report, output => Show(report, output));
            return report.Verdict == AuditReport.Fail ? ExitCode.Failed : ExitCode.Done;
        }
        finally
        {
            if (path is not null) File.Delete(path + ".part");
        }
    }

    private static async Task<AuditReport> AuditAsync(Invocation invocation, Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        CheckFile[] checks = [.. CheckFile.All.Where(check => wanted(check.Id))];
        if (invocation.Database.LoneAuditor is { } lone)
        {
            var alone = await AskAsync(invocation, lone, checks, cancellationToken);
            return wanted(DriftReference.Id) ? alone.With(DriftReference.WithoutOwner()) : alone;
        }

        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        if (database.Logins.Auditor.Length == 0) throw CommandException.Usage("No auditor login is configured: set ConnectionStrings:Auditor.");
        var report = await AskAsync(invocation, database.Logins.Auditor, checks, cancellationToken);
        return wanted(DriftReference.Id) ? report.With(await DriftReference.RunAsync(database, report.Server.IsReplica, cancellationToken)) : report;
    }

    private static async Task<AuditReport> AskAsync(Invocation invocation, string auditor, CheckFile[] checks, CancellationToken cancellationToken)
    {
        try
        {
            return await ProgressDisplay.RunAsync(invocation, "Examining", checks.DistinctBy(check => check.Family).Count(), progress =>
                AuditRun.RunAsync(auditor, checks, progress, cancellationToken));
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName)
        {
            throw new DatabaseConfigurationException($"The database refused the auditor login ({error.MessageText}): correct ConnectionStrings:Auditor, or run `tenantry migrate --shared` with an admin connection.");
        }
        catch (NpgsqlException error) when (Fault.IsUnreachable(error))
        {
            throw new DatabaseConfigurationException("The database does not answer: start it, or correct ConnectionStrings:Auditor.");
        }
    }

    private static bool Known(string name) => name == DriftReference.Id || CheckFile.All.Any(check => check.Id == name || check.Family == name);

    private static void Show(AuditReport report, Output output)
    {
        output.Line($"{report.Server.Version}, database {report.Server.Database}{(report.Server.IsReplica ? ", a replica" : "")}, as {report.Server.Login}");
        output.Table(["Family", "Checks", "Passed", "With findings", "Not run"], report.Checks.GroupBy(check => check.Family).Select(family => new[]
        {
            family.Key, $"{family.Count()}", $"{family.Count(check => check.Status == CheckResult.Passed)}",
            $"{family.Count(check => check.Status == CheckResult.Found)}", $"{family.Count(check => check.Status == CheckResult.NotRun)}",
        }));
        foreach (var check in report.Checks.Where(check => check.Status != CheckResult.Passed))
        {
            output.Line($"{check.Id} ({check.Severity}): {check.Title}: {(check.Status == CheckResult.NotRun ? $"not run: {check.Reason}" : $"{check.Count} found. {check.Why}")}");
            foreach (var finding in check.Findings) output.Line($"    {finding.Subject}: {finding.Detail}");
        }

        output.Line($"{report.Checks.Count} checks of {report.Population.Tenants} tenants: {report.Verdict.Replace('_', ' ')}.");
    }

    private static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(path, text, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Usage($"--out cannot be written: {error.Message}");
        }
    }
}

using System.CommandLine;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Evidence;

namespace Tenantry.Migrations.Cli;

internal static class AuditCommand
{
    private static readonly Argument<string[]> Only = new("check") { Description = "Checks or families, such as roles.logins or drift; all by default", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string?> Out = new("--out") { Description = "Also write the report as JSON, hashed and signed, to this file" };
    private static readonly Option<string?> Html = new("--html") { Description = "Also write it as a page of its own to this file" };
    private static readonly Option<string?> Exceptions = new("--exceptions") { Description = "A JSON file of findings that somebody answers for, until a day" };
    private static readonly Option<string?> Previous = new("--previous") { Description = "The report before, as --out wrote it: this one names its hash, and the audit log must still have all that it had" };
    private static readonly Option<bool> NoProbes = new("--no-probes") { Description = "Leave out the live probes of `verify`" };
    private static readonly Option<bool> Names = new("--names") { Description = "Name the orgs; by default there are opaque ids only" };
    private static readonly Option<string?> Key = EvidenceKey.Option();

    public static Command Create(Terminal terminal) =>
        new Command("audit", "Examine whether tenants are kept apart, and make the report of it; exit code 1 when anything is found") { Only, Out, Html, Exceptions, Previous, NoProbes, Names, Key }.Doing(terminal, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var only = invocation.Get(Only) ?? [];
        if (only.FirstOrDefault(name => !EvidenceRun.Knows(name)) is { } unknown)
            throw CommandException.Usage($"There is no check or family {unknown}: the families are {string.Join(", ", EvidenceRun.Families)}.");
        using var key = EvidenceKey.ReadPrivate(invocation, Key);
        var options = new EvidenceOptions
        {
            Only = only,
            Probe = !invocation.Get(NoProbes),
            Names = invocation.Get(Names),
            Exceptions = invocation.Get(Exceptions) is { } exceptions ? await InputFile.ReadAsync(exceptions, RiskAcceptance.ReadAll, cancellationToken) : [],
            Previous = invocation.Get(Previous) is { } previous ? await InputFile.ReadAsync(previous, PreviousReport.Read, cancellationToken) : null,
        };
        // Before the work: where it cannot be written is known at once.
        foreach (var file in (string?[])[invocation.Get(Out), invocation.Get(Html)])
            if (file is not null) OutputFile.Require(file, replace: true);

        var report = await AuditAsync(invocation, options, cancellationToken);
        var sealedReport = report.Seal(key);
        if (invocation.Get(Out) is { } json) await OutputFile.WriteAsync(() => SealedDocument.Write(json, sealedReport));
        if (invocation.Get(Html) is { } html) await OutputFile.WriteAsync(() => Embedded.PrivateFile.Write(html, HtmlReport.Write(report, sealedReport)));
        invocation.Output.Write(sealedReport, output => Show(report, output));
        return report.Verdict == AuditReport.Fail ? ExitCode.Failed : ExitCode.Done;
    }

    private static async Task<AuditReport> AuditAsync(Invocation invocation, EvidenceOptions options, CancellationToken cancellationToken)
    {
        if (invocation.Database.LoneAuditor is { } lone)
            return await AskAsync(invocation, options, progress => EvidenceRun.RunAloneAsync(lone, options, progress, cancellationToken));
        await using var database = await invocation.Database.OpenAsync(cancellationToken);
        if (database.Logins.Auditor.Length == 0) throw CommandException.Usage("No auditor login is configured: set ConnectionStrings:Auditor.");
        return await AskAsync(invocation, options, progress => EvidenceRun.RunAsync(database, options, progress, cancellationToken));
    }

    private static async Task<AuditReport> AskAsync(Invocation invocation, EvidenceOptions options, Func<IProgress<string>, Task<AuditReport>> ask)
    {
        try
        {
            var parts = options.IsComplete ? EvidenceRun.Families.Count + (options.Probe ? 1 : 0) : options.Only.Count;
            return await ProgressDisplay.RunAsync(invocation, "Examining", parts, ask);
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

        foreach (var finding in report.Probes?.Findings ?? []) output.Line($"    {finding.Tenant} tried {finding.Target}: {finding.Attempt} {finding.Outcome}");
        if (report.Probes is { } probes) output.Line($"{probes.Attempts} live attempts by {probes.Tenants} schemas, {probes.Refused} refused (seed {probes.Seed}).");
        foreach (var limitation in report.Limitations) output.Line($"Limitation: {limitation}");
        output.Line($"{report.Checks.Count} checks of {report.Population.Tenants} tenants: {report.Verdict.Replace('_', ' ')}.");
    }
}

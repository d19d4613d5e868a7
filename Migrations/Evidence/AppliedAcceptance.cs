namespace Tenantry.Migrations.Evidence;

/// <summary>An exception and what it came to.</summary>
/// <param name="Acceptance">The exception.</param>
/// <param name="Status"><c>used</c>, <c>expired</c> (its finding stands again) or <c>unmatched</c> (nothing like it was found).</param>
public sealed record AppliedAcceptance(RiskAcceptance Acceptance, string Status)
{
    internal const string Used = "used", Expired = "expired", Unmatched = "unmatched";

    private static readonly string[] Controls = ["SOC2 CC4.2", "ISO27001 A.5.36", "GDPR 32"];

    /// <summary>Takes accepted findings out of a report. An exception that is expired or matches nothing is a finding itself.</summary>
    internal static AuditReport Apply(AuditReport report, IReadOnlyList<RiskAcceptance> exceptions, DateOnly today)
    {
        if (exceptions.Count == 0) return report;
        var applied = exceptions.Select(exception => new AppliedAcceptance(
            exception,
            exception.Expires < today ? Expired : report.Checks.Any(check => check.Findings.Any(finding => exception.Matches(check, finding))) ? Used : Unmatched)).ToList();
        var used = applied.Where(one => one.Status == Used).Select(one => one.Acceptance).ToList();
        return (report with { Exceptions = applied, Checks = [.. report.Checks.Select(check => Accept(check, used))] }).With(Judge(applied));
    }

    private static CheckResult Accept(CheckResult check, IReadOnlyList<RiskAcceptance> used)
    {
        var accepted = check.Findings.Where(finding => used.Any(exception => exception.Matches(check, finding))).ToList();
        if (accepted.Count == 0) return check;
        var left = check.Findings.Except(accepted).ToList();
        return check with { Findings = left, AcceptedFindings = accepted, Status = left.Count > 0 ? CheckResult.Found : CheckResult.Accepted };
    }

    private static CheckResult Judge(IReadOnlyList<AppliedAcceptance> applied)
    {
        var check = new CheckFile
        {
            Id = "exceptions.current",
            Title = "Every exception is in force and accepts something",
            Severity = "medium",
            Why = "An exception that nobody looks at any more hides what comes after it.",
            Controls = Controls,
            Sql = "",
        };
        return CheckResult.Of(
            check,
            [.. applied.Where(one => one.Status != Used).Select(one => new AuditFinding($"{one.Acceptance.Check} {one.Acceptance.Subject}", one.Status == Expired ? $"expired on {one.Acceptance.Expires:yyyy-MM-dd}" : "matches no finding"))],
            TimeSpan.Zero);
    }
}

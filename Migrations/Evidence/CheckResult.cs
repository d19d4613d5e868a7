using System.Security.Cryptography;
using System.Text;

namespace Tenantry.Migrations.Evidence;

/// <summary>What one check came to; the names are part of the JSON contract.</summary>
/// <param name="Id">A stable name, such as <c>roles.logins</c>.</param>
/// <param name="Title">What is so when it passes.</param>
/// <param name="Severity"><c>high</c>, <c>medium</c> or <c>low</c>.</param>
/// <param name="Family">The part of the id before the point.</param>
/// <param name="Why">What a finding would mean.</param>
/// <param name="Controls">Which controls of which standards this is evidence for.</param>
/// <param name="Sha256">Of the file with the query.</param>
/// <param name="Status"><c>passed</c>, <c>findings</c>, <c>accepted</c> or <c>not_run</c>, which is never the same as passed.</param>
/// <param name="Findings">What is wrong, in the query's order.</param>
/// <param name="Count">How many findings there are.</param>
/// <param name="Reason">Why it could not be run; null when it was.</param>
/// <param name="ResultSha256">
/// Of the rows, each as <c>subject TAB detail LF</c> in UTF-8: what <c>psql -XqAt -F $'\t' -f check.sql | sha256sum</c> prints as
/// the auditor login. Null when it was not run.
/// </param>
/// <param name="DurationMs">How long the query took.</param>
/// <param name="Sql">The query, to be run again.</param>
public sealed record CheckResult(
    string Id, string Title, string Severity, string Family, string Why, IReadOnlyList<string> Controls, string Sha256, string Status,
    IReadOnlyList<AuditFinding> Findings, int Count, string? Reason, string? ResultSha256, long DurationMs, string Sql)
{
    /// <summary>It was run and nothing is wrong.</summary>
    public const string Passed = "passed";

    /// <summary>Something is wrong.</summary>
    public const string Found = "findings";

    /// <summary>All that is wrong is accepted by exceptions.</summary>
    public const string Accepted = "accepted";

    /// <summary>It could not be run.</summary>
    public const string NotRun = "not_run";

    /// <summary>Findings that exceptions accept; they are none of <see cref="Findings"/>.</summary>
    public IReadOnlyList<AuditFinding> AcceptedFindings { get; init; } = [];

    /// <summary>The check was run and answered these rows.</summary>
    internal static CheckResult Of(CheckFile check, IReadOnlyList<AuditFinding> findings, TimeSpan duration) =>
        Of(check, findings.Count == 0 ? Passed : Found, findings, null, Hash(findings), duration);

    /// <summary>It could not be run.</summary>
    internal static CheckResult Without(CheckFile check, string reason, TimeSpan duration) => Of(check, NotRun, [], reason, null, duration);

    private static CheckResult Of(CheckFile check, string status, IReadOnlyList<AuditFinding> findings, string? reason, string? hash, TimeSpan duration) =>
        new(check.Id, check.Title, check.Severity, check.Family, check.Why, check.Controls, check.Sha256, status, findings, findings.Count, reason, hash, (long)duration.TotalMilliseconds, check.Sql);

    private static string Hash(IEnumerable<AuditFinding> findings) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(findings.Select(finding => $"{finding.Subject}\t{finding.Detail}\n")))));
}

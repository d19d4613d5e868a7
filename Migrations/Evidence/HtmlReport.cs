using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Tenantry.Migrations.Evidence;

/// <summary>
/// A report as one page that needs nothing else: no script, no request, light and dark, on paper and on a phone. What is too long
/// for a page stands in the JSON, whose hash the page has.
/// </summary>
public static class HtmlReport
{
    private const int Shown = 200;

    /// <summary>The page's text.</summary>
    /// <param name="report">The report.</param>
    /// <param name="sealedReport">The same as <see cref="AuditReport.Seal"/> made it.</param>
    public static string Write(AuditReport report, JsonObject sealedReport)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Tenant isolation: {Text(Words(report.Verdict))}</title>
            <style>
            {ReadStyle()}</style></head><body>

            """);
        WriteHead(page, report);
        WritePopulation(page, report);
        WriteSummary(page, report);
        WriteProbes(page, report.Probes);
        WriteLog(page, report.Log);
        WriteExceptions(page, report.Exceptions);
        ReportScope.Write(page);
        WriteControls(page, report);
        WriteChecks(page, report);
        WriteSeal(page, report, sealedReport);
        return page.Append("</body></html>\n").ToString();
    }

    private static void WriteHead(StringBuilder page, AuditReport report)
    {
        page.Append(CultureInfo.InvariantCulture, $"""
            <h1>Tenant isolation</h1>
            <p class="soft">Report <span class="id">{report.Id}</span>, {Time(report.StartedAt)} to {Time(report.FinishedAt)}.<br>
            {Text(report.Server.Version)}; database <code>{Text(report.Server.Database)}</code>{(report.Server.IsReplica ? ", a replica" : "")}, cluster <code>{Text(report.Server.SystemIdentifier)}</code>, asked as <code>{Text(report.Server.Login)}</code>, snapshot <code>{Text(report.Snapshot)}</code>.</p>
            <div class="verdict {report.Verdict switch { AuditReport.Pass => "good", AuditReport.Fail => "bad", _ => "warn" }}"><strong>{Text(Words(report.Verdict))}</strong>

            """);
        var found = report.Checks.Where(check => check.Status == CheckResult.Found).ToList();
        page.Append("<ul>");
        if (found.Count > 0) page.Append(CultureInfo.InvariantCulture, $"<li>{found.Sum(check => check.Findings.Count)} findings in {found.Count} of {report.Checks.Count} checks.</li>");
        if (report.Probes is { Findings.Count: > 0 } probes) page.Append(CultureInfo.InvariantCulture, $"<li>{probes.Findings.Count} live attempts were not refused as they must be.</li>");
        foreach (var limitation in report.Limitations) page.Append(CultureInfo.InvariantCulture, $"<li>{Text(limitation)}</li>");
        if (report.Verdict == AuditReport.Pass) page.Append("<li>Every check was run and found nothing, and everything that was tried was refused.</li>");
        page.Append("</ul></div>\n");
    }

    private static void WritePopulation(StringBuilder page, AuditReport report)
    {
        var population = report.Population;
        var agree = population.Tenants + population.Canaries == population.Schemas && population.Schemas == population.Roles;
        page.Append("<h2>What was examined</h2>\n");
        Table(page, ["", "#"], [
            ["Orgs that are served or could be", $"{population.Orgs}"],
            ["Tenants in the registry, in whatever state", $"{population.Tenants}"],
            ["Canaries, schemas of no org", $"{population.Canaries}"],
            ["Schemas of tenants", $"{population.Schemas}"],
            ["Roles of tenants", $"{population.Roles}"],
            ["Tables, views, sequences and indexes in them", $"{population.Relations}"],
        ]);
        page.Append(agree
            ? "<p class=\"good\">Tenants and canaries together, schemas, and roles are the same number.</p>\n"
            : "<p class=\"warn\">Tenants and canaries together, schemas, and roles are not the same number: the checks of the registry say which are without the other.</p>\n");
        page.Append("<h2>Who can log in</h2>\n");
        Table(page, ["Login", "As", "#"], report.Logins.Select(login => (string[])[login.Name, login.Purpose, $"{login.Count}"]));
        if (report.Names is { } names)
        {
            page.Append("<h2>Orgs</h2>\n");
            Table(page, ["Schema", "Org"], names.Select(name => (string[])[name.Key, name.Value]));
        }
    }

    private static void WriteSummary(StringBuilder page, AuditReport report)
    {
        page.Append("<h2>Checks</h2>\n");
        Table(page, ["Family", "#Checks", "#Passed", "#With findings", "#Accepted", "#Not run"], report.Checks.GroupBy(check => check.Family).OrderBy(family => family.Key, StringComparer.Ordinal).Select(family => (string[])[
            family.Key, $"{family.Count()}", .. ((string[])[CheckResult.Passed, CheckResult.Found, CheckResult.Accepted, CheckResult.NotRun]).Select(status => $"{family.Count(check => check.Status == status)}")]));
    }

    private static void WriteProbes(StringBuilder page, ProbeReport? probes)
    {
        page.Append("<h2>Live probes</h2>\n");
        if (probes is null)
        {
            page.Append("<p class=\"warn\">They were not run.</p>\n");
            return;
        }

        page.Append(CultureInfo.InvariantCulture, $"""
            <p>Each of {probes.Tenants} schemas first read a table of its own, by the login and the prologue that serve requests, and was then tried against {(probes.Exhaustive ? "every other" : "others")}, its own structure and the shared tables; the bare login was tried against all. Only SQLSTATE 42501 counts as refused.</p>
            <p class="{(probes.Findings.Count == 0 ? "good" : "bad")}">{probes.Attempts} attempts, {probes.Refused} refused, {probes.Findings.Count} findings. Seed <code>{probes.Seed}</code>; <code>tenantry verify --seed {probes.Seed}</code> repeats it.</p>

            """);
        if (probes.Findings.Count == 0) return;
        Table(page, ["Tenant", "Target", "Attempt", "Outcome"], probes.Findings.Take(Shown).Select(one => (string[])[one.Tenant, one.Target, one.Attempt, one.Outcome]));
        More(page, probes.Findings.Count);
    }

    private static void WriteLog(StringBuilder page, AuditLogState? log)
    {
        page.Append("<h2>Audit log</h2>\n");
        page.Append(log is null
            ? "<p class=\"warn\">It could not be read.</p>\n"
            : string.Create(CultureInfo.InvariantCulture, $"<p class=\"{(log.Broken == 0 ? "good" : "bad")}\">{log.Rows} rows in {log.Chains} chains, {log.Broken} broken. Head of all: <code>{Text(log.Head)}</code></p>\n"));
    }

    private static void WriteExceptions(StringBuilder page, IReadOnlyList<AppliedAcceptance> exceptions)
    {
        if (exceptions.Count == 0) return;
        page.Append("<h2>Exceptions</h2>\n");
        Table(page, ["Check", "Subject", "Owner", "Until", "Reason", "Status"], exceptions.Select(one => (string[])[
            one.Acceptance.Check, one.Acceptance.Subject, one.Acceptance.Owner, one.Acceptance.Expires.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), one.Acceptance.Reason, one.Status]));
    }

    private static void WriteControls(StringBuilder page, AuditReport report)
    {
        page.Append("<h2>Controls</h2>\n<p class=\"soft\">Which checks are evidence for which control. They support an assessment and are none.</p>\n");
        Table(page, ["Control", "Outcome", "Checks"], report.Checks.SelectMany(check => check.Controls.Select(control => (control, check)))
            .GroupBy(pair => pair.control, pair => pair.check, StringComparer.Ordinal).OrderBy(control => control.Key, StringComparer.Ordinal)
            .Select(control => (string[])[control.Key, Outcome(control), string.Join(", ", control.Select(check => check.Id))]));
    }

    private static string Outcome(IEnumerable<CheckResult> checks) =>
        string.Join(", ", checks.GroupBy(check => check.Status).OrderBy(status => status.Key, StringComparer.Ordinal).Select(status => $"{status.Count()} {Words(status.Key)}"));

    private static void WriteChecks(StringBuilder page, AuditReport report)
    {
        page.Append("<h2>Every check</h2>\n<p class=\"soft\">Each query can be run again with <code>psql</code> as the auditor login; the hash of its rows is then the same: docs/audit.md says how.</p>\n");
        foreach (var check in report.Checks.OrderBy(check => check.Status == CheckResult.Found ? 0 : check.Status == CheckResult.NotRun ? 1 : 2).ThenBy(check => check.Id, StringComparer.Ordinal))
        {
            var colour = check.Status switch { CheckResult.Passed => "good", CheckResult.Found => "bad", _ => "warn" };
            page.Append(CultureInfo.InvariantCulture, $"""
                <div class="check"><p><strong>{Text(check.Title)}</strong> <span class="{colour}">{Text(Words(check.Status))}</span></p>
                <p class="soft"><span class="id">{Text(check.Id)}</span>, {Text(check.Severity)}. {Text(check.Why)} {Text(string.Join(", ", check.Controls))}.</p>

                """);
            if (check.Reason is not null) page.Append(CultureInfo.InvariantCulture, $"<p class=\"warn\">Not run: {Text(check.Reason)}</p>\n");
            if (check.Findings.Count > 0) Table(page, ["Subject", "Finding"], check.Findings.Take(Shown).Select(finding => (string[])[finding.Subject, finding.Detail]));
            More(page, check.Findings.Count);
            if (check.AcceptedFindings.Count > 0) Table(page, ["Subject", "Accepted"], check.AcceptedFindings.Take(Shown).Select(finding => (string[])[finding.Subject, finding.Detail]));
            if (check.Sql.Length > 0)
                page.Append(CultureInfo.InvariantCulture, $"<details><summary>The query; SHA-256 of the file <code>{check.Sha256[..12]}…</code>, of the rows <code>{check.ResultSha256?[..12] ?? "none"}…</code></summary><pre>{Text(check.Sql)}</pre><p class=\"id\">{check.Sha256}<br>{check.ResultSha256}</p></details>\n");
            page.Append("</div>\n");
        }
    }

    private static void WriteSeal(StringBuilder page, AuditReport report, JsonObject sealedReport)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2>Seal</h2>\n<p>SHA-256 of the report in canonical JSON (RFC 8785): <code>{sealedReport["sha256"]}</code></p>\n");
        page.Append(sealedReport["signature"] is { } signature
            ? string.Create(CultureInfo.InvariantCulture, $"<p>Signed ({Text((string)signature["algorithm"]!)}) with the key <code>{Text((string)signature["keyId"]!)}</code>: compare its id with the one that you were given.</p><pre>{Text((string)signature["value"]!)}</pre>\n")
            : "<p class=\"warn\">It is not signed.</p>\n");
        page.Append(report.Previous is { } previous
            ? string.Create(CultureInfo.InvariantCulture, $"<p>The report before: <span class=\"id\">{previous.Id}</span> of {Time(previous.FinishedAt)}, {Text(Words(previous.Verdict))}, SHA-256 <code>{Text(previous.Sha256)}</code></p>\n")
            : "<p class=\"soft\">It names no report before it.</p>\n");
    }

    // A column whose name begins with # holds numbers.
    private static void Table(StringBuilder page, string[] columns, IEnumerable<string[]> rows)
    {
        string Class(int column) => columns[column].StartsWith('#') ? " class=\"n\"" : "";
        page.Append("<div class=\"wide\"><table><thead><tr>");
        for (var column = 0; column < columns.Length; column++) page.Append(CultureInfo.InvariantCulture, $"<th{Class(column)}>{Text(columns[column].TrimStart('#'))}</th>");
        page.Append("</tr></thead><tbody>\n");
        foreach (var row in rows)
        {
            page.Append("<tr>");
            for (var column = 0; column < row.Length; column++) page.Append(CultureInfo.InvariantCulture, $"<td{Class(column)}>{Text(row[column])}</td>");
            page.Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void More(StringBuilder page, int count)
    {
        if (count > Shown) page.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">and {count - Shown} more, in the JSON.</p>\n");
    }

    private static string Words(string name) => name.Replace('_', ' ');

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string ReadStyle()
    {
        using var reader = new StreamReader(typeof(HtmlReport).Assembly.GetManifestResourceStream("Tenantry.Migrations.Evidence.Report.css")!);
        return reader.ReadToEnd();
    }
}

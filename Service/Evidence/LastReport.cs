using System.Diagnostics.Metrics;
using Tenantry.Migrations.Evidence;

namespace Tenantry.Service.Evidence;

/// <summary>What the last report of this instance came to, for health and metrics.</summary>
internal sealed class LastReport
{
    private AuditReport? report;

    public LastReport(IMeterFactory meters)
    {
        var meter = meters.Create("Tenantry");
        meter.CreateObservableGauge("tenantry.evidence.findings", () => Measure(report => Count(report)), unit: "{finding}", description: "What is wrong by the last report.");
        meter.CreateObservableGauge("tenantry.evidence.limitations", () => Measure(report => report.Limitations.Count), unit: "{limitation}", description: "What the last report leaves out or accepts.");
    }

    public AuditReport? Report
    {
        get => Volatile.Read(ref report);
        set => Volatile.Write(ref report, value);
    }

    public static int Count(AuditReport report) => report.Checks.Sum(check => check.Findings.Count) + (report.Probes?.Findings.Count ?? 0);

    // Nothing is told before the first: none is no zero.
    private IEnumerable<Measurement<int>> Measure(Func<AuditReport, int> of) => Report is { } last ? [new Measurement<int>(of(last), new KeyValuePair<string, object?>("verdict", last.Verdict))] : [];
}

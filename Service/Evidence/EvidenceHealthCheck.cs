using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tenantry.Migrations.Evidence;

namespace Tenantry.Service.Evidence;

/// <summary>The last verdict. A failed one degrades and does not take the service away: what is refused is still refused.</summary>
internal sealed class EvidenceHealthCheck(LastReport last) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(last.Report is not { } report
        ? HealthCheckResult.Healthy("No report was made yet.")
        : new HealthCheckResult(report.Verdict == AuditReport.Fail ? HealthStatus.Degraded : HealthStatus.Healthy, data: new Dictionary<string, object>
        {
            ["verdict"] = report.Verdict,
            ["findings"] = LastReport.Count(report),
            ["finishedAt"] = report.FinishedAt,
        }));
}

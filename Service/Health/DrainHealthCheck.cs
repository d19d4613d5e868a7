using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tenantry.Service.Hosting;

namespace Tenantry.Service.Health;

/// <summary>A service that was told to stop is to be sent nothing new.</summary>
internal sealed class DrainHealthCheck(Drain drain) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(drain.HasBegun ? HealthCheckResult.Unhealthy("The service is stopping.") : HealthCheckResult.Healthy());
}

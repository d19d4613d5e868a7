using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Tenantry.Tenancy;

namespace Tenantry.Service.Health;

/// <summary>Ready means that both planes reach the database.</summary>
internal sealed class DatabaseHealthCheck(ControlDatabase control, TenantDatabase data) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await data.PingAsync(cancellationToken);
            await control.PingAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.");
        }
    }
}

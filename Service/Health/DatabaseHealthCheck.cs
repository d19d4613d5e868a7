using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Tenantry.Tenancy;

namespace Tenantry.Service.Health;

/// <summary>Ready means that both planes reach the database. An open circuit is asked nothing; a half-open one takes the question for its trial.</summary>
internal sealed class DatabaseHealthCheck(ControlDatabase control, TenantDatabase data) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await data.PingAsync(cancellationToken);
            await control.PingAsync(cancellationToken);
            return HealthCheckResult.Healthy(data: Circuits());
        }
        catch (NpgsqlException)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.", data: Circuits());
        }
    }

    private Dictionary<string, object> Circuits() => new() { ["data"] = data.Circuit.ToString(), ["control"] = control.Circuit.ToString() };
}

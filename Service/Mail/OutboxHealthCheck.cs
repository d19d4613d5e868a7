using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Npgsql;
using Tenantry.Tenancy;

namespace Tenantry.Service.Mail;

/// <summary>Degraded while mail waits for long. Never unready: the service does its work without.</summary>
internal sealed class OutboxHealthCheck(ControlDatabase database, IOptions<MailOptions> options) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var control = await database.OpenAsync(cancellationToken);
            return await OutboxQueries.IsAnyLateAsync(control, options.Value.LateAfter, cancellationToken)
                ? HealthCheckResult.Degraded($"Mail waits for longer than {options.Value.LateAfter}.")
                : HealthCheckResult.Healthy();
        }
        // That the database is down is the database's check to say.
        catch (NpgsqlException)
        {
            return HealthCheckResult.Degraded("The outbox cannot be read.");
        }
    }
}

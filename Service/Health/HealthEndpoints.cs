using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace Tenantry.Service.Health;

internal static class HealthEndpoints
{
    private const string Ready = "ready";

    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<DrainHealthCheck>("service", tags: [Ready])
            .AddCheck<DatabaseHealthCheck>("database", tags: [Ready], timeout: TimeSpan.FromSeconds(3));
        return services;
    }

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", Only(_ => false));
        app.MapHealthChecks("/health/ready", Only(tag => tag == Ready));
    }

    private static HealthCheckOptions Only(Func<string, bool> tag) => new()
    {
        Predicate = check => check.Tags.Any(tag),
        ResponseWriter = (http, report) => http.Response.WriteAsJsonAsync(
            new
            {
                status = report.Status.ToString(),
                checks = report.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Status.ToString()),
                details = report.Entries.Where(entry => entry.Value.Data.Count > 0).ToDictionary(entry => entry.Key, entry => entry.Value.Data),
            },
            http.RequestAborted),
    };
}

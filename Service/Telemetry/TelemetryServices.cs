using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Tenantry.Tenancy;

namespace Tenantry.Service.Telemetry;

/// <summary>
/// Traces, metrics and logs by OTLP, if <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to; else nothing is collected and nothing
/// sent. OpenTelemetry's other variables are read by its SDK.
/// </summary>
internal static class TelemetryServices
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ServiceName = "OTEL_SERVICE_NAME";
    private const string Npgsql = "Npgsql";

    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddScoped<OrgLogScope>();
        if (string.IsNullOrEmpty(configuration[Endpoint])) return services;

        // Where the framework's own records are wanted in spite of the paths in them, they are not exported.
        services.AddLogging(logging => logging.AddFilter<OpenTelemetryLoggerProvider>("Microsoft.AspNetCore", LogLevel.Warning));
        services.AddOpenTelemetry()
            .ConfigureResource(resource =>
            {
                if (string.IsNullOrEmpty(configuration[ServiceName])) resource.AddService("tenantry");
            })
            .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation().AddSource(TenancyTelemetry.SourceName, Npgsql).AddProcessor<PersonalTags>())
            .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddMeter(TenancyTelemetry.SourceName, Npgsql))
            .WithLogging(logging => logging.AddProcessor<OrgOnRecords>(), logs => logs.IncludeFormattedMessage = true)
            .UseOtlpExporter();
        return services;
    }
}

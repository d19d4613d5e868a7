using Microsoft.Extensions.DependencyInjection.Extensions;
using Tenantry.Migrations.Hosting;

namespace Tenantry.Service.Evidence;

internal static class EvidenceServices
{
    /// <summary>Nothing is registered unless a schedule is configured.</summary>
    public static IServiceCollection AddEvidence(this IServiceCollection services, TenantryDatabase database, IConfiguration configuration)
    {
        var section = configuration.GetSection(EvidenceScheduleOptions.Section);
        services.AddOptions<EvidenceScheduleOptions>().Bind(section).ValidateDataAnnotations()
            .Validate(options => options.Every is null || database.Logins.Auditor.Length > 0, "Evidence:Every needs the auditor login: set ConnectionStrings:Auditor.")
            .ValidateOnStart();
        if (section["Every"] is not { Length: > 0 }) return services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(database);
        services.TryAddSingleton<LastReport>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, EvidenceWorker>());
        services.AddHealthChecks().AddCheck<EvidenceHealthCheck>("evidence", tags: ["ready"]);
        return services;
    }
}

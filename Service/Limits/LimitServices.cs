using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Tenantry.Service.Limits;

internal static class LimitServices
{
    public static IServiceCollection AddLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<LimitOptions>().Bind(configuration.GetSection(LimitOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ProvenOrgs>();
        services.TryAddSingleton<OrgLimits>();
        return services;
    }
}

using Microsoft.Extensions.DependencyInjection.Extensions;
using Tenantry.Migrations.Provisioning;

namespace Tenantry.Service.Provisioning;

internal static class ProvisioningServices
{
    public static IServiceCollection AddProvisioning(this IServiceCollection services, Provisioner provisioner, IConfiguration configuration)
    {
        services.AddOptions<ProvisioningOptions>().Bind(configuration.GetSection(ProvisioningOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provisioner);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SpareWorker>());
        return services;
    }
}

using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Tenantry.Tenancy;

/// <summary>Registers Tenancy with a host.</summary>
public static class TenancyServices
{
    /// <summary>Adds <see cref="TenantDatabase"/> and <see cref="ControlDatabase"/>, one of each. May be called twice.</summary>
    /// <exception cref="ValidationException">An option is missing, or outside its range.</exception>
    public static IServiceCollection AddTenancy(this IServiceCollection services, TenancyOptions options)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        services.TryAddSingleton(options);
        services.TryAddSingleton<TenantDatabase>();
        services.TryAddSingleton<ControlDatabase>();
        return services;
    }
}

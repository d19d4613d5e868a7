using Dapper;
using Tenantry.Service.Http;
using Tenantry.Service.Idempotency;
using Tenantry.Tenancy;

namespace Tenantry.Service.Tenants;

internal static class TenantRoutes
{
    public static IServiceCollection AddTenants(this IServiceCollection services)
    {
        SqlMapper.AddTypeHandler(new ArrayParameter<int>());
        SqlMapper.AddTypeHandler(new ArrayParameter<Guid>());
        SqlMapper.AddTypeHandler(new ArrayParameter<string>());
        services.AddScoped<CurrentTenant>();
        services.AddScoped<IdempotencyQueries>();
        services.AddScoped(provider => provider.GetRequiredService<TenantDatabase>()
            .CreateConnection(provider.GetRequiredService<CurrentTenant>().Scope));
        return services;
    }

    /// <summary>Maps endpoints that run in a tenant, in each of the ways in which a request may name its org.</summary>
    public static void MapTenant(this IEndpointRouteBuilder api, Action<RouteGroupBuilder> map)
    {
        map(Guard(api.MapGroup($"/orgs/{{{OrgSelector.RouteValue}}}"), OrgRole.Member));
        map(Guard(api.MapGroup(""), OrgRole.Member));
    }

    private static RouteGroupBuilder Guard(RouteGroupBuilder group, OrgRole require)
    {
        group.RequireAuthorization().WithMetadata(new TenantEndpoint(require));
        group.AddEndpointFilter<TenantTransactionFilter>();
        group.AddEndpointFilter<IdempotencyFilter>();
        group.AddEndpointFilter<ETagFilter>();
        return group;
    }
}

using Dapper;
using Tenantry.Service.Http;
using Tenantry.Service.Idempotency;
using Tenantry.Service.Limits;
using Tenantry.Service.Tenants.Selectors;
using Tenantry.Tenancy;

namespace Tenantry.Service.Tenants;

internal static class TenantRoutes
{
    public static IServiceCollection AddTenants(this IServiceCollection services, SelectionOptions selection)
    {
        SqlMapper.AddTypeHandler(new ArrayParameter<int>());
        SqlMapper.AddTypeHandler(new ArrayParameter<Guid>());
        SqlMapper.AddTypeHandler(new ArrayParameter<string>());
        services.AddOrgSelection(selection);
        services.AddScoped<CurrentTenant>().AddSingleton<OrgCheck>();
        services.AddScoped(provider => provider.GetRequiredService<TenantDatabase>()
            .CreateConnection(provider.GetRequiredService<CurrentTenant>().Scope));
        return services;
    }

    /// <summary>Maps endpoints that run in a tenant, in each of the ways in which a request may name its org.</summary>
    public static void MapTenant(this IEndpointRouteBuilder api, Action<RouteGroupBuilder> map)
    {
        map(InTenant(api.MapGroup($"/orgs/{{{PathSelector.RouteValue}}}")));
        map(InTenant(api.MapGroup("")));
    }

    private static RouteGroupBuilder InTenant(RouteGroupBuilder group)
    {
        group.RequireMember().WithMetadata(ProvenByCommand.Mark);
        group.AddEndpointFilter<LimitFilter>();
        group.AddEndpointFilter<TenantTransactionFilter>();
        group.AddEndpointFilter<TenantIdempotencyFilter>();
        group.AddEndpointFilter<ETagFilter>();
        return group.WithMetadata(IdempotentEndpoint.Mark);
    }
}

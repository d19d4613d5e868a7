using Tenantry.Service.Http;
using Tenantry.Service.Idempotency;
using Tenantry.Service.Tenants;
using Tenantry.Service.Tenants.Selectors;

namespace Tenantry.Service.Control;

internal static class ControlRoutes
{
    public static IServiceCollection AddControl(this IServiceCollection services) => services.AddScoped<ControlRequest>();

    /// <summary>Endpoints on people and orgs, for callers whose session lives. In an org with RequireMember or RequireAdmin.</summary>
    public static RouteGroupBuilder OnControlPlane(this RouteGroupBuilder group)
    {
        group.OnControlPlaneWithSecrets();
        group.AddEndpointFilter<ControlIdempotencyFilter>();
        group.AddEndpointFilter<ETagFilter>();
        return group.WithMetadata(IdempotentEndpoint.Mark);
    }

    /// <summary>The same for requests and answers with secrets: neither is kept for the sake of a repetition.</summary>
    public static RouteGroupBuilder OnControlPlaneWithSecrets(this RouteGroupBuilder group)
    {
        group.RequireAuthorization().WithMetadata(ProvenByCommand.Mark);
        group.AddEndpointFilter<ControlFilter>();
        return group;
    }

    /// <summary>The group <c>/orgs/{org}</c> on the control plane, for members of the org.</summary>
    public static RouteGroupBuilder MapOrg(this IEndpointRouteBuilder api) =>
        api.MapGroup($"/orgs/{{{PathSelector.RouteValue}}}").OnControlPlane().RequireMember();
}

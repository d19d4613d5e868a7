using Tenantry.Tenancy;

namespace Tenantry.Service.Tenants;

/// <summary>What an endpoint asks of its caller. Who asks is the org of the request's, by live rows, before the endpoint runs.</summary>
internal static class OrgGuards
{
    public static TBuilder RequireMember<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new OrgEndpoint(OrgRole.Member));

    public static TBuilder RequireAdmin<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new OrgEndpoint(OrgRole.Admin));
}

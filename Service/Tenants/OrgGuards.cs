using Tenantry.Tenancy;

namespace Tenantry.Service.Tenants;

/// <summary>
/// What an endpoint, a group or a hub asks of its caller, by live rows, before it runs. The last word on an endpoint counts.
/// </summary>
internal static class OrgGuards
{
    /// <summary>
    /// In the org that the request names, if the caller is a member of it, and otherwise in none. Refuses only what is ambiguous or
    /// cannot be an org's name.
    /// </summary>
    public static TBuilder LoadOrg<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new OrgEndpoint(null));

    /// <summary>For members of the org that the request names; to anybody else the org is unknown.</summary>
    public static TBuilder RequireMember<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.RequireAuthorization().WithMetadata(new OrgEndpoint(OrgRole.Member));

    /// <summary>For admins of the org that the request names.</summary>
    public static TBuilder RequireAdmin<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.RequireAuthorization().WithMetadata(new OrgEndpoint(OrgRole.Admin));
}

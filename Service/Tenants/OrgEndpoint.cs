using Tenantry.Tenancy;

namespace Tenantry.Service.Tenants;

/// <summary>Marks an endpoint that is in an org, and what the caller must be there; null where the org may be missing. The last mark counts.</summary>
internal sealed record OrgEndpoint(OrgRole? Require);

/// <summary>
/// Marks an endpoint whose every command proves the caller's right by itself. Without the mark it is proven before the endpoint
/// runs, at the price of a look.
/// </summary>
internal sealed record ProvenByCommand
{
    public static readonly ProvenByCommand Mark = new();
}

/// <summary>Marks endpoints that write by one command, and by nothing but the first that they send.</summary>
internal sealed record OneCommand
{
    public static readonly OneCommand Mark = new();
}

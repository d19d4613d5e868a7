using Tenantry.Tenancy;

namespace Tenantry.Service.Tenants;

/// <summary>Marks an endpoint that is in an org, and what the caller must be there. The last mark counts.</summary>
internal sealed record OrgEndpoint(OrgRole Require);

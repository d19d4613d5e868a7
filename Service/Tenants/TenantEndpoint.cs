using Tenantry.Tenancy;

namespace Tenantry.Service.Tenants;

/// <summary>Marks an endpoint that runs in a tenant, and what the caller must be there.</summary>
internal sealed record TenantEndpoint(OrgRole Require);

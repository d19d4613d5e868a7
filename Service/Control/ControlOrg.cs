using Tenantry.Tenancy;

namespace Tenantry.Service.Control;

/// <summary>The org that a request is in, and what its caller is there.</summary>
internal sealed record ControlOrg(Guid Id, string Slug, string Name, int Revision, OrgRole Role);

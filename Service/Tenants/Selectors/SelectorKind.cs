namespace Tenantry.Service.Tenants.Selectors;

/// <summary>The selectors by the names that <c>Tenancy:Selectors</c> has for them.</summary>
internal enum SelectorKind
{
    Path,
    Subdomain,
    Header,
    Query,
    Body,
    Session,
    Claim,
}

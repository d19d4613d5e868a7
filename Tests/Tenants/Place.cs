namespace Tenantry.Tests.Tenants;

/// <summary>Where a test names the org.</summary>
public enum Place
{
    Path,
    Subdomain,
    Header,
    Query,
    Body,
    Session,
    Claim,
}

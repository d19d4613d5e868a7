namespace Tenantry.Service.Tenants.Selectors;

/// <summary>A place in which a request may name its org. It reads; whether two places agree is decided elsewhere.</summary>
internal interface IOrgSelector
{
    /// <summary>Every answer that the place gives, also those that no org can have: they are answered as an unknown org.</summary>
    ValueTask<IEnumerable<OrgAnswer>> ListAsync(HttpContext http);
}

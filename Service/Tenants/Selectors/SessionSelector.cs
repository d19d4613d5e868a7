namespace Tenantry.Service.Tenants.Selectors;

/// <summary>The org that the caller's session was given by <c>PUT /api/session/org</c>: its id, which a rename leaves as it is.</summary>
internal sealed class SessionSelector(SessionOrgCookie cookie) : IOrgSelector
{
    public ValueTask<IEnumerable<OrgAnswer>> ListAsync(HttpContext http) => new(cookie.Find(http) is { } id ? [new OrgAnswer(null, id)] : []);
}

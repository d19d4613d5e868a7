namespace Tenantry.Service.Tenants.Selectors;

/// <summary><c>X-Org: acme</c>. A proxy may join two such headers by a comma (RFC 9110, 5.3), so a comma is read as two.</summary>
internal sealed class HeaderSelector : IOrgSelector
{
    public const string Header = "X-Org";

    public ValueTask<IEnumerable<OrgAnswer>> ListAsync(HttpContext http) =>
        new(OrgAnswer.Of(http.Request.Headers[Header].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries))));
}

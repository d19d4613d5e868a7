namespace Tenantry.Service.Tenants.Selectors;

/// <summary><c>?org=acme</c></summary>
internal sealed class QuerySelector : IOrgSelector
{
    private const string Parameter = "org";

    public ValueTask<IEnumerable<OrgAnswer>> ListAsync(HttpContext http) => new(OrgAnswer.Of(http.Request.Query[Parameter]));
}

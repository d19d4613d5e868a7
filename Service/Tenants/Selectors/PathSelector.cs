namespace Tenantry.Service.Tenants.Selectors;

/// <summary><c>/api/orgs/acme/projects</c></summary>
internal sealed class PathSelector : IOrgSelector
{
    public const string RouteValue = "org";

    public ValueTask<IEnumerable<OrgAnswer>> ListAsync(HttpContext http) => new(OrgAnswer.Of([http.Request.RouteValues[RouteValue] as string]));
}

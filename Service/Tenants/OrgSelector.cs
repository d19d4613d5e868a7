namespace Tenantry.Service.Tenants;

/// <summary>The places in which a request may name its org.</summary>
internal static class OrgSelector
{
    public const string Header = "X-Org";
    public const string RouteValue = "org";

    /// <summary>Every name that the request gives, by path and by header, empty ones left out.</summary>
    public static IEnumerable<string> ListNames(HttpRequest request)
    {
        if (request.RouteValues[RouteValue] is string path) yield return path;
        foreach (var header in request.Headers[Header])
            if (!string.IsNullOrWhiteSpace(header)) yield return header.Trim();
    }
}

using System.Text.Json;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenants;

/// <summary>A request that names orgs in as many places as a test wants.</summary>
internal sealed class OrgRequest(NamedOrgs orgs, HttpMethod method)
{
    private readonly Dictionary<string, object> body = method == HttpMethod.Post ? new() { ["name"] = "x" } : [];
    private readonly List<(string, string)> headers = [];
    private string path = "/api";
    private string query = "";
    private string? claim;

    /// <summary>Names the org in one more place.</summary>
    public OrgRequest Naming(Place place, string org)
    {
        switch (place)
        {
            case Place.Path: path = $"/api/orgs/{Uri.EscapeDataString(org)}"; break;
            case Place.Subdomain: headers.Add(("Host", $"{org}.{NamedOrgs.RootDomain}:8080")); break;
            case Place.Header: headers.Add(("X-Org", org)); break;
            case Place.Query: query = $"?org={Uri.EscapeDataString(org)}"; break;
            case Place.Body: body["org"] = org; break;
            case Place.Session: headers.Add(("Cookie", orgs.CookieOf(org))); break;
            case Place.Claim: claim = org; break;
            default: throw new ArgumentOutOfRangeException(nameof(place));
        }

        return this;
    }

    public Task<Answer> SendAsync(HttpClient client, string resource = "/projects") => Answer.ToAsync(
        client, method, path + resource + query, body.Count == 0 ? null : JsonSerializer.Serialize(body),
        [.. headers, ("Authorization", "Bearer " + orgs.TokenWith(claim))]);
}

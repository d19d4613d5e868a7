using System.Net;
using System.Text;
using Tenantry.Tenancy;

namespace Tenantry.Service.Tenants.Selectors;

/// <summary>
/// <c>acme.example.com</c>: exactly one label in front of the root domain. The host is the one that a trusted proxy forwards, or
/// what the client sent. A host elsewhere, an address, and a label that no org can have name none.
/// </summary>
internal sealed class SubdomainSelector(SelectionOptions options) : IOrgSelector
{
    private readonly string suffix = "." + options.RootDomain;

    public ValueTask<IEnumerable<OrgAnswer>> ListAsync(HttpContext http) => new(OrgAnswer.Of([LabelOf(HostOf(http.Request))]));

    // An xn-- label that stands for nothing makes the host unreadable.
    private static string HostOf(HttpRequest request)
    {
        try
        {
            return request.Host.Host;
        }
        catch (ArgumentException)
        {
            return "";
        }
    }

    private string? LabelOf(string host)
    {
        // One trailing dot is the root of all names (RFC 1034, 3.1).
        if (host.EndsWith('.')) host = host[..^1];
        if (IPAddress.TryParse(host, out _) || !host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)) return null;
        var label = host[..^suffix.Length];
        // An xn-- label arrives decoded, as the letters that it stands for.
        return label.Contains('.', StringComparison.Ordinal) || !Ascii.IsValid(label) || Slug.IsReserved(label.ToLowerInvariant()) ? null : label;
    }
}

using System.Net;
using System.Text.RegularExpressions;

namespace Tenantry.Service.Tenants.Selectors;

/// <summary>Where a request may name its org, and whose word counts for what host it was sent to.</summary>
internal sealed partial class SelectionOptions
{
    /// <summary>In order; the path is always among them. Default: the path and the header.</summary>
    public IReadOnlyList<SelectorKind> Selectors { get; private init; } = [SelectorKind.Path, SelectorKind.Header];

    /// <summary>The domain whose subdomains are orgs, lower case. Required by <see cref="SelectorKind.Subdomain"/>; no default.</summary>
    public string? RootDomain { get; private init; }

    /// <summary>The proxies whose <c>X-Forwarded-For</c>, <c>-Host</c> and <c>-Proto</c> are believed. Default: none.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; private init; } = [];

    /// <summary>Reads the section <c>Tenancy</c>; every fault is added, as a sentence that says what to set.</summary>
    public static SelectionOptions Read(IConfiguration configuration, ICollection<string> faults)
    {
        var selectors = ReadSelectors(ListOf(configuration.GetSection("Tenancy:Selectors")), faults);
        var root = configuration["Tenancy:RootDomain"] is { Length: > 0 } text ? text.ToLowerInvariant() : null;
        if (root is not null && (!DomainName().IsMatch(root) || IPAddress.TryParse(root, out _)))
            faults.Add($"Tenancy:RootDomain is a domain name such as example.com, not '{root}'.");
        if (root is null && selectors.Contains(SelectorKind.Subdomain))
            faults.Add("Tenancy:Selectors has Subdomain: set Tenancy:RootDomain to the domain whose subdomains are orgs.");
        return new SelectionOptions { Selectors = selectors, RootDomain = root, Proxies = [.. ReadProxies(ListOf(configuration.GetSection("Tenancy:Proxies")), faults)] };
    }

    private static List<SelectorKind> ReadSelectors(List<string> names, ICollection<string> faults)
    {
        if (names.Count == 0) return [SelectorKind.Path, SelectorKind.Header];
        var selectors = new List<SelectorKind>();
        foreach (var name in names)
        {
            if (!Enum.GetNames<SelectorKind>().Contains(name, StringComparer.OrdinalIgnoreCase))
                faults.Add($"Tenancy:Selectors has '{name}': it may have {string.Join(", ", Enum.GetNames<SelectorKind>())}.");
            else if (Enum.Parse<SelectorKind>(name, ignoreCase: true) is var kind && selectors.Contains(kind))
                faults.Add($"Tenancy:Selectors has {kind} twice: leave one out.");
            else
                selectors.Add(kind);
        }

        return selectors.Contains(SelectorKind.Path) ? selectors : [SelectorKind.Path, .. selectors];
    }

    private static IEnumerable<IPNetwork> ReadProxies(List<string> texts, ICollection<string> faults)
    {
        foreach (var text in texts)
        {
            if (IPNetwork.TryParse(text, out var network)) yield return network;
            else if (IPAddress.TryParse(text, out var address)) yield return new IPNetwork(address, address.GetAddressBytes().Length * 8);
            else faults.Add($"Tenancy:Proxies has '{text}': give addresses (10.0.0.7) or networks (10.0.0.0/8).");
        }
    }

    // Tenancy:Selectors=Path,Query or Tenancy:Selectors:0=Path.
    private static List<string> ListOf(IConfigurationSection section) => section.Value is { } text
        ? [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]
        : [.. section.GetChildren().Select(child => child.Value).OfType<string>()];

    [GeneratedRegex(@"\A(?=.{1,200}\z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex DomainName();
}

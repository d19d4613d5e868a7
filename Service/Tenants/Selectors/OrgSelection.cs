using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Tenantry.Service.Tenants.Selectors;

internal static class OrgSelection
{
    /// <summary>Composes what finds the org of a request, in the order configured.</summary>
    public static IServiceCollection AddOrgSelection(this IServiceCollection services, SelectionOptions options)
    {
        services.TryAddSingleton(options);
        services.TryAddSingleton<OrgResolution>();
        services.TryAddSingleton<SessionOrgCookie>();
        services.TryAddEnumerable(options.Selectors.Select(kind => ServiceDescriptor.Singleton(typeof(IOrgSelector), TypeOf(kind))));
        return services;
    }

    /// <summary>
    /// Takes the client's address, host and scheme from trusted proxies and from nobody else. The options are made here: those of
    /// the container may have been told by an environment variable to trust everybody.
    /// </summary>
    public static IApplicationBuilder UseTrustedProxies(this IApplicationBuilder app)
    {
        var proxies = app.ApplicationServices.GetRequiredService<SelectionOptions>().Proxies;
        if (proxies.Count == 0) return app;
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedProto,
            // As many as are trusted, one behind another.
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in proxies) forwarded.KnownIPNetworks.Add(proxy);
        return app.UseForwardedHeaders(forwarded);
    }

    private static Type TypeOf(SelectorKind kind) => kind switch
    {
        SelectorKind.Path => typeof(PathSelector),
        SelectorKind.Subdomain => typeof(SubdomainSelector),
        SelectorKind.Header => typeof(HeaderSelector),
        SelectorKind.Query => typeof(QuerySelector),
        SelectorKind.Body => typeof(BodySelector),
        SelectorKind.Session => typeof(SessionSelector),
        SelectorKind.Claim => typeof(ClaimSelector),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}

using Microsoft.AspNetCore.SignalR;
using Tenantry.Service.Tenants;
using Tenantry.Service.Tenants.Selectors;

namespace Tenantry.Service.Live;

internal static class LiveServices
{
    public static IServiceCollection AddLive(this IServiceCollection services)
    {
        services.AddSingleton<StreamLimit>().AddSingleton<OrgStreams>().AddSingleton<HubPump>();
        services.AddSingleton<Announcements>().AddHostedService(provider => provider.GetRequiredService<Announcements>());
        services.AddSingleton<OrgAnnouncer>().AddHostedService(provider => provider.GetRequiredService<OrgAnnouncer>());
        services.AddSignalR(hub => hub.AddFilter<HubRefusals>());
        return services;
    }

    /// <summary>The hub by path, and for the other ways to name an org. A token in the query is no token: it would stand in logs.</summary>
    public static void MapLive(this IEndpointRouteBuilder api)
    {
        api.MapHub<OrgHub>($"/orgs/{{{PathSelector.RouteValue}}}/hub").RequireMember();
        api.MapHub<OrgHub>("/hubs/org").RequireMember();
    }
}

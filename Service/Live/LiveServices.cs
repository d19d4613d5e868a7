namespace Tenantry.Service.Live;

internal static class LiveServices
{
    public static IServiceCollection AddLive(this IServiceCollection services)
    {
        services.AddSingleton<StreamLimit>().AddSingleton<OrgStreams>();
        services.AddSingleton<Announcements>().AddHostedService(provider => provider.GetRequiredService<Announcements>());
        services.AddSingleton<OrgAnnouncer>().AddHostedService(provider => provider.GetRequiredService<OrgAnnouncer>());
        return services;
    }
}

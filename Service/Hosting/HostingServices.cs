using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Tenantry.Service.Hosting;

internal static class HostingServices
{
    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddHosting(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddOptions<HostingOptions>()
            // Whoever develops wants it gone.
            .Configure(options => options.DrainFor = environment.IsDevelopment() ? TimeSpan.Zero : options.DrainFor)
            .Bind(configuration.GetSection(HostingOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<HostingOptions>>((kestrel, hosting) => Limit(kestrel, hosting.Value));
        services.AddOptions<HostOptions>().Configure<IOptions<HostingOptions>>((host, hosting) => host.ShutdownTimeout = hosting.Value.DrainFor + hosting.Value.StopWithin);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        services.AddHttpContextAccessor().TryAddScoped<RequestOrigin>();
        return services;
    }

    private static void Limit(KestrelServerOptions kestrel, HostingOptions hosting)
    {
        var rate = hosting.MinDataRate > 0 ? new MinDataRate(hosting.MinDataRate, GracePeriod) : null;
        kestrel.Limits.MaxRequestBodySize = hosting.MaxRequestBodySize;
        kestrel.Limits.MaxRequestHeaderCount = hosting.MaxRequestHeaders;
        kestrel.Limits.MaxRequestHeadersTotalSize = hosting.MaxRequestHeadersSize;
        kestrel.Limits.RequestHeadersTimeout = hosting.RequestHeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = hosting.KeepAliveTimeout;
        (kestrel.Limits.MinRequestBodyDataRate, kestrel.Limits.MinResponseDataRate) = (rate, rate);
    }
}

using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Tenantry.Service.Accounts;

namespace Tenantry.Service.Invitations;

internal static class InvitationServices
{
    public const string TokenLimit = "invitation tokens";

    public static IServiceCollection AddInvitations(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddOptions<InvitationOptions>().Bind(configuration.GetSection(InvitationOptions.Section)).ValidateDataAnnotations().ValidateOnStart()
            .PostConfigure(options => options.TokensPerMinute ??= environment.IsDevelopment() ? 600 : 60);
        services.AddScoped<SentInvitations>().AddScoped<ReceivedInvitations>().AddSingleton<SendLimit>();
        // Whoever guesses tokens is one client address, known or not.
        return services.AddRateLimiter(limiter => limiter.AddPolicy(TokenLimit, http => RateLimitPartition.GetFixedWindowLimiter(
            ClientNetwork.Of(http.Connection.RemoteIpAddress),
            _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = http.RequestServices.GetRequiredService<IOptions<InvitationOptions>>().Value.TokensPerMinute!.Value,
                Window = TimeSpan.FromMinutes(1),
            })));
    }

    public static void MapInvitations(this IEndpointRouteBuilder api)
    {
        api.MapSentInvitations();
        api.MapReceivedInvitations();
    }
}

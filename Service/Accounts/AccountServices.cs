using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Tenantry.Service.Accounts.Issuers;
using Tenantry.Service.Accounts.Sweeping;
using Tenantry.Service.Accounts.Tokens;
using Tenantry.Service.Accounts.TwoFactor;
using Tenantry.Service.Http;

namespace Tenantry.Service.Accounts;

internal static class AccountServices
{
    public const string RateLimit = "accounts";
    private const string BearerOrCookie = "BearerOrCookie";

    public static IServiceCollection AddAccounts(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddOptions<AccountOptions>().Bind(configuration.GetSection(AccountOptions.Section)).ValidateDataAnnotations().ValidateOnStart()
            .PostConfigure(options =>
            {
                options.RequireConfirmedEmail ??= !environment.IsDevelopment();
                options.RequestsPerMinute ??= environment.IsDevelopment() ? 600 : 60;
            });
        services.TryAddSingleton(TimeProvider.System);
        services.AddScoped<Login>().AddScoped<Sessions>().AddScoped<LoginFailures>().AddSingleton<AccessTokens>();
        services.AddScoped<Registration>().AddScoped<NewPassword>().AddScoped<TokenMail>().AddScoped<TokenUse>().AddScoped<EmailConfirmation>();
        services.AddScoped<Credentials>().AddScoped<SecondFactor>().AddScoped<AccountDeletion>().AddHostedService<AccountSweeper>();
        AddIdentity(services);
        AddAuthentication(services, configuration, environment);
        AddRateLimiter(services);
        return services;
    }

    private static void AddIdentity(IServiceCollection services)
    {
        services.AddIdentityCore<AppUser>(identity =>
        {
            // The request's own rules say more, field by field.
            identity.Password = new PasswordOptions { RequiredLength = 8, RequireDigit = false, RequireLowercase = false, RequireNonAlphanumeric = false, RequireUppercase = false };
        }).AddUserStore<UserStore>().AddDefaultTokenProviders();
        // The database keeps addresses apart; asking it first would cost a known address less time than an unknown one.
        services.RemoveAll<IUserValidator<AppUser>>();
        services.AddDataProtection().SetApplicationName("tenantry");
        services.AddSingleton<KeyRing>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider =>
            new ConfigureOptions<KeyManagementOptions>(keys => keys.XmlRepository = provider.GetRequiredService<KeyRing>()));
    }

    private static void AddAuthentication(IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddAuthentication(options =>
            {
                options.DefaultScheme = BearerOrCookie;
                options.DefaultChallengeScheme = BearerTokenDefaults.AuthenticationScheme;
                options.DefaultForbidScheme = BearerTokenDefaults.AuthenticationScheme;
            })
            .AddPolicyScheme(BearerOrCookie, null, options => options.ForwardDefaultSelector = http =>
                http.Request.Headers.Authorization.Count == 0
                    ? CookieAuthenticationDefaults.AuthenticationScheme
                    : http.RequestServices.GetRequiredService<IssuerSchemes>().Find(http.Request) ?? BearerTokenDefaults.AuthenticationScheme)
            .AddBearerToken()
            .AddCookie()
            .AddIssuers(configuration, environment);
        services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme)
            .Configure<IOptions<AccountOptions>>((cookie, accounts) =>
            {
                cookie.Cookie.Name = "tenantry";
                cookie.Cookie.HttpOnly = true;
                // No other site's page can send it along.
                cookie.Cookie.SameSite = SameSiteMode.Strict;
                cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                cookie.ExpireTimeSpan = accounts.Value.SessionLifetime;
                cookie.SlidingExpiration = false;
            });
        services.AddAuthorization();
    }

    private static void AddRateLimiter(IServiceCollection services) => services.AddRateLimiter(limiter =>
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.OnRejected = (context, _) =>
        {
            RetryAfter.Tell(context.HttpContext.Response, context.Lease);
            return ValueTask.CompletedTask;
        };
        limiter.AddPolicy(RateLimit, http => RateLimitPartition.GetFixedWindowLimiter(
            ClientNetwork.Of(http.Connection.RemoteIpAddress),
            _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = http.RequestServices.GetRequiredService<IOptions<AccountOptions>>().Value.RequestsPerMinute!.Value,
                Window = TimeSpan.FromMinutes(1),
            }));
    });
}

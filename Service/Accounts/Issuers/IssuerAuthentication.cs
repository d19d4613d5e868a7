using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Npgsql;
using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Service.Tenants.Selectors;

namespace Tenantry.Service.Accounts.Issuers;

internal static class IssuerAuthentication
{
    // Signatures only the issuer can make: a shared secret, or none at all, is no proof to a third party.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>Takes the tokens of the configured issuers, by a scheme for each.</summary>
    public static void AddIssuers(this AuthenticationBuilder authentication, IConfiguration configuration, IHostEnvironment environment)
    {
        var services = authentication.Services;
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AccountOptions>, IssuerValidation>());
        services.AddSingleton<IssuerSchemes>().AddSingleton<SeenTokens>().AddScoped<ExternalSessions>().AddScoped<ExternalAccounts>();
        var issuers = configuration.GetSection(AccountOptions.Section).Get<AccountOptions>()?.Issuers ?? [];
        for (var index = 0; index < issuers.Count; index++)
        {
            var issuer = issuers[index];
            authentication.AddJwtBearer(IssuerSchemes.NameOf(index), jwt => Configure(jwt, issuer, requireHttps: !environment.IsDevelopment()));
        }
    }

    private static void Configure(JwtBearerOptions jwt, IssuerOptions issuer, bool requireHttps)
    {
        jwt.RequireHttpsMetadata = requireHttps;
        jwt.Authority = issuer.Authority?.ToString();
        jwt.MetadataAddress = issuer.MetadataAddress?.ToString()!;
        if (issuer.JwksAddress is { } keys)
            jwt.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(keys.ToString(), new JwksRetriever(), new HttpDocumentRetriever { RequireHttps = requireHttps });
        jwt.MapInboundClaims = false;
        jwt.SaveToken = false;
        jwt.IncludeErrorDetails = false;
        jwt.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = issuer.Issuer,
            ValidAudience = issuer.Audience,
            ValidAlgorithms = Algorithms,
            ClockSkew = TimeSpan.FromSeconds(30),
        };
        jwt.Events = new JwtBearerEvents
        {
            OnTokenValidated = context => AdmitAsync(context, issuer),
            // An issuer that does not answer proves nothing; a database that does not is told as such.
            OnAuthenticationFailed = context =>
            {
                if (context.Exception is not NpgsqlException) context.Fail(context.Exception);
                return Task.CompletedTask;
            },
        };
    }

    private static async Task AdmitAsync(TokenValidatedContext context, IssuerOptions issuer)
    {
        var http = context.HttpContext;
        var sessions = http.RequestServices.GetRequiredService<ExternalSessions>();
        var (caller, error) = await sessions.EnterAsync(new ExternalToken((JsonWebToken)context.SecurityToken, issuer), http.RequestAborted);
        if (caller is not null)
        {
            var identity = Caller.Identity(caller.UserId, caller.SessionId, context.Scheme.Name);
            // Which org the token names, for who selects by that. Whether its user may enter is asked as ever.
            identity.AddClaims(context.Principal!.FindAll(ClaimSelector.Claim));
            context.Principal = new ClaimsPrincipal(identity);
            return;
        }

        http.Features.Set(new AuthenticationRefusal(error!));
        context.Fail(error!.Title);
    }
}

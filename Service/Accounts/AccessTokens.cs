using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.Extensions.Options;
using Tenantry.Service.Hosting;

namespace Tenantry.Service.Accounts;

/// <summary>Makes the short-lived tokens that the bearer handler reads. They name a session and die with it.</summary>
internal sealed class AccessTokens(IOptionsMonitor<BearerTokenOptions> bearer, IOptions<AccountOptions> options, TimeProvider time)
{
    public TokenPair Pair(SessionOwner session, string refreshToken) => new(
        Protect(session), "Bearer", (int)options.Value.AccessTokenLifetime.TotalSeconds, refreshToken);

    private string Protect(SessionOwner session)
    {
        const string scheme = BearerTokenDefaults.AuthenticationScheme;
        var principal = new ClaimsPrincipal(Caller.Identity(session.UserId, session.SessionId, scheme));
        var properties = new AuthenticationProperties { ExpiresUtc = time.GetUtcNow() + options.Value.AccessTokenLifetime };
        return bearer.Get(scheme).BearerTokenProtector.Protect(new AuthenticationTicket(principal, properties, scheme + ":AccessToken"));
    }
}

using System.Security.Claims;
using Dapper;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tenantry.Service.Hosting;
using Tenantry.Service.Tenants;
using Tenantry.Service.Tenants.Selectors;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenants;

/// <summary>A service with every selector on, and Ada: in acme, initech and the suspended frozen, and not in globex, which is Bob's.</summary>
internal sealed class NamedOrgs : IAsyncDisposable
{
    public const string RootDomain = "example.com";

    private readonly Dictionary<string, Guid> ids = [];
    private Caller ada = null!;

    public TestApp App { get; private init; } = null!;

    /// <summary>Ada's client, which brings no token by itself.</summary>
    public HttpClient Client { get; private set; } = null!;

    public static async Task<NamedOrgs> CreateAsync(CancellationToken cancellationToken)
    {
        var orgs = new NamedOrgs
        {
            App = await TestApp.StartAsync(cancellationToken, ("Tenancy:Selectors", "Claim,Session,Body,Query,Header,Subdomain"), ("Tenancy:RootDomain", RootDomain)),
        };
        using var bob = await orgs.App.ClientForAsync("bob@example.com", cancellationToken);
        await TestApp.MakeOrgAsync(bob, "globex", cancellationToken);
        orgs.Client = await orgs.App.ClientForAsync("ada@example.com", cancellationToken);
        foreach (var slug in (string[])["acme", "initech", "frozen"]) await TestApp.MakeOrgAsync(orgs.Client, slug, cancellationToken);
        orgs.Client.DefaultRequestHeaders.Authorization = null;

        await using var server = await orgs.App.Database.OpenAdminAsync(cancellationToken);
        await server.ExecuteAsync("update public.tenants set state = 'suspended' where id = (select id from public.orgs where slug = 'frozen')");
        foreach (var (slug, id) in await server.QueryAsync<(string, Guid)>("select slug, id from public.orgs")) orgs.ids[slug] = id;
        var (user, session) = await server.QuerySingleAsync<(Guid, Guid)>(
            "select s.user_id, s.id from public.sessions s join public.users u on u.id = s.user_id where u.email = 'ada@example.com'");
        orgs.ada = new Caller(user, session);
        return orgs;
    }

    /// <summary>An access token of Ada's, as an issuer makes it who puts the org there.</summary>
    public string TokenWith(string? org)
    {
        const string scheme = BearerTokenDefaults.AuthenticationScheme;
        var identity = Caller.Identity(ada.UserId, ada.SessionId, scheme);
        if (org is not null) identity.AddClaim(new Claim(ClaimSelector.Claim, org));
        var properties = new AuthenticationProperties { ExpiresUtc = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(5) };
        return App.Services.GetRequiredService<IOptionsMonitor<BearerTokenOptions>>().Get(scheme).BearerTokenProtector
            .Protect(new AuthenticationTicket(new ClaimsPrincipal(identity), properties, scheme + ":AccessToken"));
    }

    /// <summary>The cookie that puts Ada's session in an org, whether or not she may be there.</summary>
    public string CookieOf(string org)
    {
        var http = new DefaultHttpContext();
        App.Services.GetRequiredService<SessionOrgCookie>().Set(http, ada.SessionId, ids.GetValueOrDefault(org, Guid.CreateVersion7()));
        return http.Response.Headers.SetCookie.ToString().Split(';')[0];
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Tenantry.Tests.Accounts;

/// <summary>An OIDC issuer on this machine: a discovery document, a key set, and tokens of whatever content.</summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    public const string Audience = "tenantry-api";

    private readonly RSA rsa = RSA.Create(2048);
    private readonly WebApplication server;

    private TestIssuer(WebApplication server) => (this.server, Key) = (server, new RsaSecurityKey(rsa) { KeyId = "key-1" });

    public RsaSecurityKey Key { get; }

    public string Address => server.Urls.Single();

    public static async Task<TestIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var issuer = new TestIssuer(builder.Build());
        issuer.server.Map("/.well-known/openid-configuration", http => http.Response.WriteAsJsonAsync(new { issuer = issuer.Address, jwks_uri = issuer.Address + "/keys" }));
        issuer.server.Map("/keys", http => http.Response.WriteAsync(issuer.KeySet()));
        await issuer.server.StartAsync();
        return issuer;
    }

    /// <summary>Claims of a good token; the given ones take the place of those, and null takes one away.</summary>
    public Dictionary<string, object> Claims(string subject, params (string Name, object? Value)[] changes)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Address,
            ["aud"] = Audience,
            ["sub"] = subject,
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + 300,
            ["jti"] = Guid.CreateVersion7().ToString(),
            ["email"] = $"{subject}@issued.example",
            ["email_verified"] = true,
            ["name"] = subject,
        };
        foreach (var (name, value) in changes)
        {
            if (value is null) claims.Remove(name);
            else claims[name] = value;
        }

        return claims;
    }

    public string Token(string subject, params (string Name, object? Value)[] changes) =>
        Sign(Claims(subject, changes), new SigningCredentials(Key, SecurityAlgorithms.RsaSha256));

    public static string Sign(Dictionary<string, object> claims, SigningCredentials? credentials)
    {
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        var payload = JsonSerializer.Serialize(claims);
        return credentials is null ? handler.CreateToken(payload) : handler.CreateToken(payload, credentials);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        rsa.Dispose();
    }

    private string KeySet()
    {
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: false)) { KeyId = Key.KeyId });
        return JsonSerializer.Serialize(new { keys = new[] { new { kty = key.Kty, kid = key.Kid, n = key.N, e = key.E, use = "sig", alg = "RS256" } } });
    }
}

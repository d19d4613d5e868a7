using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tenantry.Service.Idempotency;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Conventions;

/// <summary>A POST honours an <c>Idempotency-Key</c>, or stands here with the reason why not.</summary>
internal sealed class IdempotentEndpointTests
{
    private const string NoCaller = "keys are a user's, and nobody has logged in; said twice, it does no more";
    private const string UsesUp = "uses up the token that it shows; a repetition is told so";
    private const string Secrets = "its request or answer holds secrets, which are not kept";

    private static readonly Dictionary<string, string> Exempt = new()
    {
        ["/api/auth/register"] = NoCaller,
        ["/api/auth/resend-confirmation"] = NoCaller,
        ["/api/auth/forgot-password"] = NoCaller,
        ["/api/auth/confirm-email"] = UsesUp,
        ["/api/auth/reset-password"] = UsesUp,
        ["/api/auth/refresh"] = UsesUp,
        ["/api/auth/login"] = Secrets,
        ["/api/auth/logout"] = "ends the session that a repetition would need",
        ["/api/me/email"] = Secrets,
        ["/api/me/password"] = Secrets,
        ["/api/me/two-factor"] = Secrets,
        ["/api/me/two-factor/recovery-codes"] = Secrets,
    };

    [Test]
    public async Task Every_post_honours_a_key_or_says_why_not()
    {
        await using var app = await TestApp.StartAsync(CancellationToken.None);
        var without = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(HttpMethods.Post) == true)
            .Where(endpoint => endpoint.Metadata.GetMetadata<IdempotentEndpoint>() is null)
            .Select(endpoint => endpoint.RoutePattern.RawText);
        Assert.That(without, Is.EquivalentTo(Exempt.Keys));
    }
}

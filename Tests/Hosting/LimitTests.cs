using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Hosting;

/// <summary>How much of a client the server takes.</summary>
internal sealed class LimitTests
{
    [Test, CancelAfter(60_000)]
    public async Task Too_many_headers_too_large_ones_and_too_large_a_body_are_refused(CancellationToken cancellationToken)
    {
        await using var app = await TestApp.StartAsync(cancellationToken, ("Hosting:MaxRequestHeaders", "20"), ("Hosting:MaxRequestHeadersSize", "4096"), ("Hosting:MaxRequestBodySize", "1024"));
        using var client = app.CreateClient();
        (string, string)[] Headers(int count, int length) => [.. Enumerable.Range(0, count).Select(i => ($"X-{i}", new string('x', length)))];

        Assert.That((await Answer.ToAsync(client, HttpMethod.Get, "/health/live", null, Headers(10, 100))).Status, Is.EqualTo(200));
        Assert.That((await Answer.ToAsync(client, HttpMethod.Get, "/health/live", null, Headers(30, 1))).Status, Is.EqualTo(431));
        Assert.That((await Answer.ToAsync(client, HttpMethod.Get, "/health/live", null, Headers(2, 3000))).Status, Is.EqualTo(431));
        Assert.That((await Answer.ToAsync(client, HttpMethod.Post, "/api/auth/login", new { email = "ada@example.com", password = new string('x', 2000) })).Code, Is.EqualTo("request.too_large"));
    }
}

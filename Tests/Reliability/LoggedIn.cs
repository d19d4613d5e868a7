using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Reliability;

/// <summary>Sends as a caller who is logged in, and who logs in again after being told that the token is none any more.</summary>
internal sealed class LoggedIn(string email, Func<string, Uri> address) : DelegatingHandler(new SocketsHttpHandler { UseCookies = false })
{
    private readonly SemaphoreSlim one = new(1);
    private volatile AuthenticationHeaderValue? token;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sent = token ?? await LogInAsync(null, cancellationToken);
        request.Headers.Authorization = sent;
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized) await LogInAsync(sent, cancellationToken);
        return response;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) one.Dispose();
        base.Dispose(disposing);
    }

    private async Task<AuthenticationHeaderValue> LogInAsync(AuthenticationHeaderValue? old, CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            if (token is { } other && other != old) return other;
            using var request = new HttpRequestMessage(HttpMethod.Post, address("/api/auth/login")) { Content = JsonContent.Create(new { email, password = TestApp.Password }) };
            using var response = await base.SendAsync(request, cancellationToken);
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), await response.Content.ReadAsStringAsync(cancellationToken));
            return token = new AuthenticationHeaderValue("Bearer", (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("accessToken").GetString());
        }
        finally
        {
            one.Release();
        }
    }
}

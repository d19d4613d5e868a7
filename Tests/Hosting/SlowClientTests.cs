using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Hosting;

/// <summary>Who sends too slowly is told so, by the server itself and without a body, and loses the connection.</summary>
internal sealed class SlowClientTests
{
    private const string Login = "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{";

    [TestCase("GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-", "HTTP/1.1 408", TestName = "Headers_that_do_not_end_are_cut_off_with_408")]
    [TestCase("", "", TestName = "A_connection_without_a_request_is_closed")]
    [TestCase("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 200", TestName = "A_connection_without_a_second_request_is_closed")]
    [TestCase(Login, "HTTP/1.1 408", TestName = "A_body_that_does_not_come_is_cut_off_with_408")]
    public async Task What_a_client_sends_and_is_told_before_its_connection_ends(string sent, string status)
    {
        await using var app = await TestApp.StartAsync(CancellationToken.None, ("Hosting:RequestHeadersTimeout", "00:00:01"), ("Hosting:KeepAliveTimeout", "00:00:01"));
        using var client = app.CreateClient();
        using var connection = new TcpClient();
        await connection.ConnectAsync("127.0.0.1", client.BaseAddress!.Port);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(sent));
        using var reader = new StreamReader(connection.GetStream());
        // Until the other side closes, long before it would by itself; for a body the server gives five seconds.
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(14));
        var told = await reader.ReadToEndAsync(bound.Token);
        Assert.That(told, Does.StartWith(status));
        Assert.That(told.Length == 0, Is.EqualTo(status.Length == 0));
    }

    [TestCase("1000", 1000.0), TestCase("0", null)]
    public async Task The_slowest_that_a_body_may_come_or_an_answer_be_taken_is_the_operators(string setting, double? bytesPerSecond)
    {
        await using var app = await TestApp.StartAsync(CancellationToken.None, ("Hosting:MinDataRate", setting));
        var limits = app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;
        Assert.That((limits.MinRequestBodyDataRate?.BytesPerSecond, limits.MinResponseDataRate?.BytesPerSecond), Is.EqualTo((bytesPerSecond, bytesPerSecond)));
    }
}

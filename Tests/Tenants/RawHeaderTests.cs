using System.Net.Sockets;
using System.Text;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenants;

/// <summary>Headers as an attacker writes them, past what an HTTP client would let through.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class RawHeaderTests
{
    private NamedOrgs orgs = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync() => orgs = await NamedOrgs.CreateAsync(CancellationToken.None);

    [OneTimeTearDown]
    public async Task CleanAsync() => await orgs.DisposeAsync();

    [TestCase("Host: x\r\nX-Org: acme", "200")]
    [TestCase("Host: x\r\nX-Org:  acme \t", "200")]
    [TestCase("Host: x\r\nX-Org: acme\r\nx-org: ACME", "200")]
    [TestCase("Host: x\r\nX-Org: acme, acme,", "200")]
    [TestCase("Host: x\r\nX-Org: acme\r\nX-Org: initech", "org.ambiguous")]
    [TestCase("Host: x\r\nX-Org: acme, initech", "org.ambiguous")]
    [TestCase("Host: x\r\nX-Org: \"; drop schema public cascade; --", "org.not_found")]
    [TestCase("Host: x\r\nX-Org: \u0430cme", "org.not_found")]
    [TestCase("Host: x\r\nX-Org: a\0me", "400")]
    [TestCase("Host: x\r\nX-Org: acme\r initech", "400")]
    [TestCase("Host: acme.example.com", "200")]
    [TestCase("Host: ACME.Example.Com.:5080", "200")]
    [TestCase("Host: globex.example.com", "org.not_found")]
    [TestCase("Host: acme.example.com.evil.net", "org.required")]
    [TestCase("Host: acme.exampleXcom", "org.required")]
    [TestCase("Host: initech.example.com\r\nX-Org: acme", "org.ambiguous")]
    [TestCase("Host: initech.example.com\r\nX-Forwarded-Host: acme.example.com\r\nX-Org: initech", "200")]
    [TestCase("Host: acme.example.com\r\nHost: initech.example.com", "400")]
    [TestCase("Host: ac\0me.example.com", "400")]
    [TestCase("Host: \";drop.example.com", "400")]
    public async Task A_header_names_the_org_that_it_plainly_names(string headers, string expected)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", orgs.Client.BaseAddress!.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"GET /api/projects HTTP/1.1\r\n{headers}\r\nAuthorization: Bearer {orgs.TokenWith(null)}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync();
        Assert.That(answer, expected.Contains('.', StringComparison.Ordinal) ? Does.Contain($"\"{expected}\"") : Does.StartWith($"HTTP/1.1 {expected}"));
    }
}

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Tenantry.Service.Tenants.Selectors;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenants;

/// <summary>Which host names which org, and whose word counts for the host.</summary>
internal sealed class HostTests
{
    [TestCase("acme.example.com", "acme")]
    [TestCase("ACME.Example.COM", "ACME")]
    [TestCase("acme.example.com:8443", "acme")]
    [TestCase("acme.example.com.", "acme")]
    [TestCase("acme.example.com.:443", "acme")]
    [TestCase("no_org.example.com", "no_org")]
    [TestCase("acme.exampleXcom", null)]
    [TestCase("acme.example.com.evil.net", null)]
    [TestCase("acme.notexample.com", null)]
    [TestCase("acmeexample.com", null)]
    [TestCase("a.b.example.com", null)]
    [TestCase("example.com", null)]
    [TestCase(".example.com", null)]
    [TestCase("acme.example.com..", null)]
    [TestCase("xn--cme-5cd.example.com", null)]
    [TestCase("XN--cme-5cd.example.com", null)]
    [TestCase("xn--.example.com", null)]
    [TestCase("www.example.com", null)]
    [TestCase("API.example.com", null)]
    [TestCase("127.0.0.1", null)]
    [TestCase("[::1]:80", null)]
    [TestCase("localhost", null)]
    [TestCase("", null)]
    public async Task A_host_names_an_org_when_it_is_one_label_under_the_root_domain(string host, string? expected)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Host = host;
        var selector = new SubdomainSelector(Read(("Tenancy:RootDomain", "Example.com")));
        Assert.That((await selector.ListAsync(http)).Select(answer => answer.Slug), Is.EqualTo(expected is null ? Array.Empty<string>() : [expected]));
    }

    [Test, CancelAfter(120_000)]
    public async Task Forwarded_headers_count_from_a_trusted_proxy_and_from_nobody_else(CancellationToken cancellationToken)
    {
        (string, string)[] settings = [("Tenancy:Selectors", "Subdomain"), ("Tenancy:RootDomain", "example.com")];
        await using var trusting = await TestApp.StartAsync(cancellationToken, [.. settings, ("Tenancy:Proxies", "10.0.0.0/8, 127.0.0.1, ::1")]);
        await using var wary = TestApp.StartOn(trusting.Database, [.. settings, ("Tenancy:Proxies", "10.0.0.0/8")]);
        await using var bare = TestApp.StartOn(trusting.Database, settings);
        using var ada = await trusting.ClientForAsync("ada@example.com", cancellationToken);
        await TestApp.MakeOrgAsync(ada, "acme", cancellationToken);
        async Task<string?> AskAsync(TestApp app, params (string, string)[] headers)
        {
            using var client = await TestApp.LogInAsync(app.CreateClient(), "ada@example.com", cancellationToken);
            var answer = await Answer.ToAsync(client, HttpMethod.Get, "/api/projects", null, headers);
            return answer.Code ?? $"{answer.Status}";
        }

        Assert.That(await AskAsync(trusting, ("X-Forwarded-Host", "acme.example.com")), Is.EqualTo("200"));
        Assert.That(await AskAsync(wary, ("X-Forwarded-Host", "acme.example.com")), Is.EqualTo("org.required"));
        Assert.That(await AskAsync(bare, ("X-Forwarded-Host", "acme.example.com")), Is.EqualTo("org.required"));
        Assert.That(await AskAsync(wary, ("Host", "acme.example.com"), ("X-Forwarded-Host", "www.example.com")), Is.EqualTo("200"), "the untrusted header changes nothing");
        // What the proxy added is last; what stands before it came from a client that is no proxy.
        Assert.That(await AskAsync(trusting, ("X-Forwarded-Host", "evil.example.com, acme.example.com"), ("X-Forwarded-For", "203.0.113.9, 203.0.113.7")), Is.EqualTo("200"));
    }

    private static SelectionOptions Read(params (string Key, string Value)[] settings)
    {
        var faults = new List<string>();
        var options = SelectionOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build(), faults);
        Assert.That(faults, Is.Empty);
        return options;
    }
}

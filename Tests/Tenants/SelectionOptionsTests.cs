using Microsoft.Extensions.Configuration;
using Tenantry.Service.Tenants.Selectors;
using Tenantry.Tests.Faults;

namespace Tenantry.Tests.Tenants;

internal sealed class SelectionOptionsTests
{
    [Test]
    public void By_default_the_path_and_the_header_name_the_org_and_no_proxy_is_trusted()
    {
        var options = Read();
        Assert.That(options.Selectors, Is.EqualTo([SelectorKind.Path, SelectorKind.Header]));
        Assert.That(options.Proxies, Is.Empty);
    }

    [Test]
    public void The_path_is_always_among_the_selectors_whose_order_is_the_configured_one()
    {
        Assert.That(Read(("Tenancy:Selectors", "query, Claim")).Selectors, Is.EqualTo([SelectorKind.Path, SelectorKind.Query, SelectorKind.Claim]));
        Assert.That(Read(("Tenancy:Selectors:0", "Session"), ("Tenancy:Selectors:1", "Path")).Selectors, Is.EqualTo([SelectorKind.Session, SelectorKind.Path]));
    }

    [Test, CancelAfter(60_000)]
    public async Task A_service_with_faults_ends_with_2_and_one_line_that_names_them_all(CancellationToken cancellationToken)
    {
        using var service = ServiceProcess.Start(
            ("Tenancy__Selectors", "Header,Cookie,header,Subdomain,1"), ("Tenancy__RootDomain", "exa mple"), ("Tenancy__Proxies", "10.0.0.7,proxy"), ("TENANTRY_CONNECTION", "Host=nowhere"));
        var error = await service.StandardError.ReadToEndAsync(cancellationToken);
        await service.WaitForExitAsync(cancellationToken);
        Assert.That(service.ExitCode, Is.EqualTo(2));
        Assert.That(error.Trim(), Is.EqualTo(
            "tenantry: Tenancy:Selectors has 'Cookie': it may have Path, Subdomain, Header, Query, Body, Session, Claim. Tenancy:Selectors has Header twice: leave one out. "
            + "Tenancy:Selectors has '1': it may have Path, Subdomain, Header, Query, Body, Session, Claim. Tenancy:RootDomain is a domain name such as example.com, not 'exa mple'. "
            + "Tenancy:Proxies has 'proxy': give addresses (10.0.0.7) or networks (10.0.0.0/8)."));
    }

    [Test]
    public void A_subdomain_needs_a_root_domain()
    {
        var faults = new List<string>();
        SelectionOptions.Read(Configure(("Tenancy:Selectors", "Subdomain")), faults);
        Assert.That(faults, Has.One.Contains("Tenancy:RootDomain"));
    }

    private static SelectionOptions Read(params (string Key, string Value)[] settings)
    {
        var faults = new List<string>();
        var options = SelectionOptions.Read(Configure(settings), faults);
        Assert.That(faults, Is.Empty);
        return options;
    }

    private static IConfiguration Configure(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build();
}

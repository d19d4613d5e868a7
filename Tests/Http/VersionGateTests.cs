using Dapper;
using Microsoft.Extensions.Configuration;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Scripting;
using Tenantry.Service.Hosting;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Http;

/// <summary>A tenant at a version that the service's queries do not fit is unavailable, by itself.</summary>
internal sealed class VersionGateTests
{
    private static readonly int Newest = ScriptSet.Tenant.Newest;

    [Test, CancelAfter(60_000)]
    public async Task An_org_behind_or_ahead_is_told_to_come_back_while_others_are_served(CancellationToken cancellationToken)
    {
        await using var app = await TestApp.StartAsync(cancellationToken);
        await using var wide = TestApp.StartOn(app.Database, ("Tenancy:OldestVersion", $"{Newest - 1}"), ("Tenancy:NewestVersion", $"{Newest + 1}"));
        using var ada = await app.ClientForAsync("ada@example.com", cancellationToken);
        using var adaElsewhere = await TestApp.LogInAsync(wide.CreateClient(), "ada@example.com", cancellationToken);
        foreach (var slug in (string[])["moved", "neighbour"]) await TestApp.MakeOrgAsync(ada, slug, cancellationToken);

        foreach (var version in (int[])[Newest - 1, Newest + 1])
        {
            await using (var server = await app.Database.OpenAdminAsync(cancellationToken))
                await server.ExecuteAsync("update public.tenants t set version = @version from public.orgs o where o.id = t.id and o.slug = 'moved'", new { version });
            using var refused = await ada.GetAsync("/api/orgs/moved/projects", cancellationToken);
            Assert.That((int)refused.StatusCode, Is.EqualTo(503), $"version {version}");
            Assert.That(refused.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
            Assert.That(await refused.Content.ReadAsStringAsync(cancellationToken), Does.Contain("org.unavailable"));
            Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/neighbour/projects")).Status, Is.EqualTo(200));
            Assert.That((await Answer.ToAsync(adaElsewhere, HttpMethod.Get, "/api/orgs/moved/projects")).Status, Is.EqualTo(200), "a release that works with both serves both");
        }
    }

    [TestCase("Tenancy:OldestVersion", "0")]
    [TestCase("Tenancy:OldestVersion", "-1")]
    [TestCase("Tenancy:NewestVersion", "latest")]
    [TestCase("Tenancy:NewestVersion", "1")]
    public void A_range_that_serves_nobody_or_is_no_range_stops_the_start(string key, string value) =>
        Assert.That(
            () => ServedVersions.Read(new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build(), 4),
            Throws.TypeOf<DatabaseConfigurationException>().With.Message.Contains(key));
}

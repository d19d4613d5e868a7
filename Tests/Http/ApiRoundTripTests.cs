using Tenantry.Tests.Foundation;
using Tenantry.Tests.Tenancy;

namespace Tenantry.Tests.Http;

internal sealed class ApiRoundTripTests
{
    [Test, CancelAfter(60_000)]
    public async Task A_read_through_the_api_costs_one_round_trip_on_the_data_plane(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        await using var proxy = new CountingProxy(database.Logins.Data);
        await using var app = TestApp.StartOn(database, ("ConnectionStrings:Data", proxy.ConnectionString), ("Tenancy:DataPoolSize", "1"));
        using var ada = await app.ClientForAsync("ada@example.com", cancellationToken);
        await TestApp.MakeOrgAsync(ada, "acme", cancellationToken);
        var project = (await Answer.ToAsync(ada, HttpMethod.Post, "/api/orgs/acme/projects", new { name = "Rocket" })).Json.GetProperty("id").GetGuid();

        foreach (var path in (string[])["/projects", $"/projects/{project}", $"/projects/{project}/tasks"])
        {
            var before = proxy.RoundTrips;
            Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, $"/api/orgs/acme{path}")).Status, Is.EqualTo(200));
            Assert.That(proxy.RoundTrips - before, Is.EqualTo(1), path);
        }
    }
}

using Dapper;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Reliability;

/// <summary>The service's clock is set by hours in the midst of a load: callers whose token is too old then log in again, and that is all.</summary>
internal sealed class ClockTests
{
    private const string Ada = "ada@example.com", Expired = "write 401 auth.required without Retry-After";

    [Test, CancelAfter(120_000)]
    public async Task A_clock_set_by_hours_and_back_under_load(CancellationToken cancellationToken)
    {
        var clock = new SetClock();
        await using var app = await TestApp.StartAsync(clock, cancellationToken);
        using var ada = await app.ClientForAsync(Ada, cancellationToken);
        string[] orgs = ["acme", "globex"];
        foreach (var org in orgs) await TestApp.MakeOrgAsync(ada, org, cancellationToken);
        var address = ada.BaseAddress!;
        using var client = new HttpClient(new LoggedIn(Ada, path => new Uri(address, path)));
        await using var load = new Load(client, path => new Uri(address, path), orgs);

        await load.MoreAsync(LoadedService.Some, cancellationToken);
        foreach (var step in (int[])[2, -4, 2])
        {
            clock.Set(TimeSpan.FromHours(step));
            await load.MoreAsync(LoadedService.Some, cancellationToken);
        }

        var attempts = await load.EndAsync(cancellationToken);
        Assert.That(HistoryCheck.ListFaults(attempts, await ListRowsAsync(app, orgs, cancellationToken)), Is.Empty);
        Assert.That(load.Told.Keys, Is.SubsetOf(new[] { "read 200", "write 201", Expired, Expired.Replace("write", "read", StringComparison.Ordinal) }));
        Assert.That(load.Told, Does.ContainKey(Expired), "a token of before the clock went forwards");
    }

    private static async Task<IReadOnlyCollection<Kept>> ListRowsAsync(TestApp app, string[] orgs, CancellationToken cancellationToken)
    {
        var rows = new List<Kept>();
        await using var admin = await app.Database.OpenAdminAsync(cancellationToken);
        foreach (var org in orgs)
        {
            var schema = await admin.ExecuteScalarAsync<string>("select t.schema_name from public.tenants t join public.orgs o on o.id = t.id where o.slug = @org", new { org });
            rows.AddRange((await admin.QueryAsync<(string Name, Guid Id)>($"select name, id from {schema}.projects")).Select(row => new Kept(org, row.Name, row.Id)));
        }

        return rows;
    }
}

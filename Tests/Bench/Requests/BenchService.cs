using System.Net.Http.Json;

namespace Tenantry.Bench.Requests;

/// <summary>The service itself, with all that it does besides, and a user who is a member of every org.</summary>
internal sealed class BenchService(ServiceProcess process, HttpClient client, BenchFleet fleet) : IAsyncDisposable
{
    // As the candidate that is only its way to the database.
    private static readonly IReadOnlyDictionary<string, string> Settings = new Dictionary<string, string>(ServiceProcess.NoLimits) { ["Tenancy__ConnectionLifetime"] = "01:00:00" };

    public static async Task<BenchService> StartAsync(BenchFleet fleet, CancellationToken cancellationToken)
    {
        var process = await ServiceProcess.StartAsync(fleet.Database, Settings, cancellationToken);
        return new BenchService(process, await process.CreateClientAsync(cancellationToken), fleet);
    }

    public async Task SendAsync(string work, int tenant, Random random)
    {
        var path = $"/api/orgs/org-{tenant + 1}/projects";
#pragma warning disable CA5394 // Which row is no secret.
        using var answer = work switch
        {
            "A row" => await client.GetAsync($"{path}/{fleet.Ids[tenant][random.Next(BenchFleet.Rows)]}"),
            "A page of 20" => await client.GetAsync($"{path}?limit=20"),
            _ => await client.PostAsJsonAsync(path, new { name = "made by the benchmark" }),
        };
#pragma warning restore CA5394
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await process.DisposeAsync();
    }
}

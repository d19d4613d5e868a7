using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Tenantry.Tests.Reliability;

namespace Tenantry.Tests.Soak;

/// <summary>Readers of every org in turn, who remember in which one they saw a row.</summary>
internal sealed class Sightings(SoakWorld world)
{
    private const int Readers = 2;

    private readonly ConcurrentDictionary<Guid, string> seen = new();
    private readonly ConcurrentDictionary<string, int> told = new();

    /// <summary>How often each status was answered.</summary>
    public IReadOnlyDictionary<string, int> Told => told;

    public IReadOnlyList<Task> Start(CancellationToken over) => [.. Enumerable.Range(0, Readers).Select(reader => Task.Run(async () =>
    {
        for (var turn = reader; !over.IsCancellationRequested; turn += Readers) await ReadAsync(world.Orgs[turn % world.Orgs.Count]);
    }, CancellationToken.None))];

    /// <summary>Each row that was shown to an org and is not its own.</summary>
    public IEnumerable<string> ListForeign(IEnumerable<Kept> rows)
    {
        var owners = rows.ToLookup(row => row.Id, row => row.Org);
        return seen.Where(row => !owners[row.Key].Contains(row.Value)).Select(row => $"{row.Value} was shown {row.Key}, of {owners[row.Key].FirstOrDefault() ?? "nobody"}");
    }

    private async Task ReadAsync(string org)
    {
        using var answer = await world.Client.GetAsync(new Uri($"/api/orgs/{org}/projects?limit=20", UriKind.Relative));
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var outcome = answer.IsSuccessStatusCode ? "200" : $"{(int)answer.StatusCode} {body.GetProperty("code").GetString()}";
        told.AddOrUpdate(outcome, 1, (_, count) => count + 1);
        if (!answer.IsSuccessStatusCode) world.Expect(true, SoakWorld.IsOf(SoakPart.TakenOut, org), $"{org}, which is in service, answers {outcome}");
        else
            foreach (var id in body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid()))
                world.Expect(org, seen.GetOrAdd(id, org), $"the owner of row {id}");
    }
}

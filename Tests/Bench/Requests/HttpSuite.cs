using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tenantry.Bench.Requests;

/// <summary>The same over HTTP: each way behind one route of a bare host, and the service itself with all that it does besides.</summary>
internal static class HttpSuite
{
    private const int PoolSize = 20;
    private static readonly int Tenants = BenchServer.Size("BENCH_TENANTS", 1000);

    public static async Task RunAsync(BenchServer server, BenchReport report, CancellationToken cancellationToken)
    {
        await using var fleet = await BenchFleet.CreateAsync(server, Tenants, cancellationToken);
        var candidates = DatabaseSuite.Create(fleet, PoolSize);
        await using var host = await StartAsync(candidates, cancellationToken);
        await using var service = await BenchService.StartAsync(fleet, cancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };

        foreach (var spread in Spread.Of(Tenants))
            foreach (var work in (string[])["A row", "A page of 20", "A write"])
            {
                var requests = candidates.Select((candidate, index) => (candidate, index)).Where(one => one.candidate.Most >= spread.Tenants)
                    .Select(one => (one.candidate.Name, (Func<Random, Task>)(random => SendAsync(client, work, one.index, spread.Next(random), fleet, random)))).ToList();
                requests.Add(("the service", random => service.SendAsync(work, spread.Next(random), random)));
                await ClosedLoop.RunAsync(report, $"{work} over HTTP, {spread.Name}", requests, spread.Tenants, cancellationToken);
            }

        foreach (var candidate in candidates) await candidate.DisposeAsync();
    }

    private static async Task<WebApplication> StartAsync(IReadOnlyList<ICandidate> candidates, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/{candidate:int}/{tenant:int}/projects/{id:guid}", async (int candidate, int tenant, Guid id) =>
            await candidates[candidate].ReadAsync(tenant, id) is { } project ? Results.Ok(project) : Results.NotFound());
        app.MapGet("/{candidate:int}/{tenant:int}/projects", async (int candidate, int tenant) => Results.Ok(new { items = await candidates[candidate].PageAsync(tenant) }));
        app.MapPost("/{candidate:int}/{tenant:int}/projects", async (int candidate, int tenant) =>
        {
            await candidates[candidate].WriteAsync(tenant);
            return Results.Created();
        });
        await app.StartAsync(cancellationToken);
        return app;
    }

    private static async Task SendAsync(HttpClient client, string work, int candidate, int tenant, BenchFleet fleet, Random random)
    {
#pragma warning disable CA5394 // Which row is no secret.
        using var answer = work switch
        {
            "A row" => await client.GetAsync($"{candidate}/{tenant}/projects/{fleet.Ids[tenant][random.Next(BenchFleet.Rows)]}"),
            "A page of 20" => await client.GetAsync($"{candidate}/{tenant}/projects"),
            _ => await client.PostAsJsonAsync($"{candidate}/{tenant}/projects", new { name = "made by the benchmark" }),
        };
#pragma warning restore CA5394
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync();
    }
}

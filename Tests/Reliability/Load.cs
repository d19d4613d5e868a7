using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Tenantry.Tests.Embedded;

namespace Tenantry.Tests.Reliability;

/// <summary>
/// A closed loop on several orgs: writers that repeat a write under its key until it is acknowledged, a reader beside them, and a
/// record of all that was told.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    private const int Writers = 6;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly HttpClient client;
    private readonly Func<string, Uri> address;
    private readonly string[] orgs;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<Attempt> attempts = new();
    private readonly ConcurrentDictionary<string, int> told = new();
    private readonly List<Task> running;
    private int acknowledged, read;

    /// <param name="client">Who writes.</param>
    /// <param name="address">Where a path is asked for this time.</param>
    /// <param name="orgs">Where.</param>
    public Load(HttpClient client, Func<string, Uri> address, string[] orgs)
    {
        (this.client, this.address, this.orgs) = (client, address, orgs);
        running = [.. Enumerable.Range(0, Writers).Select(WriteAsync), ReadAsync()];
    }

    public int Acknowledged => Volatile.Read(ref acknowledged);

    public int Reads => Volatile.Read(ref read);

    /// <summary>How often each outcome was seen: a status and its code, <c>no answer</c>, or a fault of the answer itself.</summary>
    public IReadOnlyDictionary<string, int> Told => told;

    public Task SeenAsync(string outcome, CancellationToken cancellationToken) => Eventually.HoldsUntilCancelledAsync(() => told.ContainsKey(outcome), cancellationToken);

    /// <summary>Goes on until so many more writes are acknowledged.</summary>
    public Task MoreAsync(int writes, CancellationToken cancellationToken)
    {
        var before = Acknowledged;
        return Eventually.HoldsUntilCancelledAsync(() => Acknowledged >= before + writes, cancellationToken);
    }

    /// <summary>Begins nothing more, and answers what was sent once all that was begun is acknowledged.</summary>
    public async Task<IReadOnlyCollection<Attempt>> EndAsync(CancellationToken cancellationToken)
    {
        await stop.CancelAsync();
        await Task.WhenAll(running).WaitAsync(cancellationToken);
        return attempts;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        stop.Dispose();
    }

    private async Task WriteAsync(int writer)
    {
        // Each has its org: where one of them stands still, the others' writers do not gather there.
        var org = orgs[writer % orgs.Length];
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var name = $"{Guid.CreateVersion7():N}";
            Guid? id = null;
            // Every seventh caller has no key and does not ask again: what became of it, nobody knows.
            var patient = number % 7 != 6;
            do id = await WriteOnceAsync(org, name, patient ? name : null);
            while (id is null && patient);
            attempts.Enqueue(new Attempt(org, name, id));
            if (id is not null) Interlocked.Increment(ref acknowledged);
        }
    }

    private async Task<Guid?> WriteOnceAsync(string org, string name, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address($"/api/orgs/{org}/projects")) { Content = JsonContent.Create(new { name }) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var response = await SendAsync(request, "write");
        return response?.IsSuccessStatusCode == true ? (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid() : null;
    }

    private async Task ReadAsync()
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address($"/api/orgs/{orgs[number % orgs.Length]}/projects?limit=1"));
            using var response = await SendAsync(request, "read");
            if (response?.IsSuccessStatusCode == true) Interlocked.Increment(ref read);
        }
    }

    private async Task<HttpResponseMessage?> SendAsync(HttpRequestMessage request, string kind)
    {
        HttpResponseMessage? response = null;
        try
        {
            response = await client.SendAsync(request);
        }
        catch (HttpRequestException)
        {
            // The process was killed, or its connection was.
        }

        var outcome = response is null ? "no answer" : $"{(int)response.StatusCode}";
        if (response is { IsSuccessStatusCode: false })
        {
            outcome += " " + (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
            if (response.Headers.RetryAfter is null) outcome += " without Retry-After";
        }

        told.AddOrUpdate($"{kind} {outcome}", 1, (_, count) => count + 1);
        if (response?.IsSuccessStatusCode != true) await Task.Delay(Pause, TimeProvider.System);
        return response;
    }
}

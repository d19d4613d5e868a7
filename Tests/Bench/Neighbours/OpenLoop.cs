using System.Diagnostics;
using System.Net.Http.Headers;

namespace Tenantry.Bench.Neighbours;

/// <summary>
/// Quiet callers, each with a steady rate that does not wait for answers. What counts is the time from when a request was due:
/// one that could not be sent in time is not better for it.
/// </summary>
internal sealed class OpenLoop(Uri address, IReadOnlyList<(string Token, string Path)> callers, int perSecond) : IDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(1) };

    /// <summary>Milliseconds of each request that was due in this time; those before it, on connections of before, do not count.</summary>
    public async Task<IReadOnlyList<double>> RunAsync(TimeSpan before, TimeSpan turn, CancellationToken cancellationToken)
    {
        int Due(TimeSpan time) => (int)(time.TotalSeconds * perSecond) * callers.Count;
        var (started, total) = (Stopwatch.GetTimestamp(), Due(before) + Due(turn));
        var sent = new List<Task<double>>();
        while (sent.Count < total)
        {
            // Evenly, one caller after the other.
            var due = TimeSpan.FromSeconds((double)sent.Count / (perSecond * callers.Count));
            if (due - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } left) await Task.Delay(left, cancellationToken);
            else sent.Add(AskAsync(callers[sent.Count % callers.Count], started, due, cancellationToken));
        }

        return (await Task.WhenAll(sent))[Due(before)..];
    }

    public void Dispose() => client.Dispose();

    private async Task<double> AskAsync((string Token, string Path) caller, long started, TimeSpan due, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, caller.Path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", caller.Token) } };
        using var answer = await client.SendAsync(request, cancellationToken);
        await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        var took = (Stopwatch.GetElapsedTime(started) - due).TotalMilliseconds;
        // A refusal of a quiet one counts as long as its caller would have waited for nothing.
        return answer.IsSuccessStatusCode ? took : Math.Max(took, 15_000);
    }
}

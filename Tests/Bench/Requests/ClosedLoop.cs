using System.Diagnostics;

namespace Tenantry.Bench.Requests;

/// <summary>
/// Callers of whom each asks again as soon as it has its answer; the candidates take turns of a fraction of a second, each after as
/// long again that is not measured: what the others have driven out of the processor's caches is back by then.
/// </summary>
internal static class ClosedLoop
{
    private const int Turns = 7, FewestWarmCallers = 8;

    // .NET has compiled what is hot by then, and plans are made and kept: two connections, five plans each before one is kept, and chance.
    private const int WarmTurns = 10, WarmRequests = 40;

    // Numbers of their own, so that a turn repeats none of the requests that led to it.
    private const int LeadIns = 1000;
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(6), Turn = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// Requests a second of 1, 8 and 32 callers, against the first candidate. Before the first turn, and once more before that of 32, each
    /// candidate is asked for each tenant by as many, for three seconds, or as long as that takes up to six.
    /// </summary>
    public static async Task RunAsync(
        BenchReport report, string title, IReadOnlyList<(string Name, Func<Random, Task> Request)> candidates, int tenants, CancellationToken cancellationToken)
    {
        var tables = ((int[])[1, 8, 32]).Select(callers => (Callers: callers, Title: $"{title}, {callers} {(callers == 1 ? "caller" : "callers")}")).Where(table => BenchServer.Wants(table.Title)).ToList();
        var warm = 0;
        foreach (var table in tables)
        {
            if (Math.Max(table.Callers, FewestWarmCallers) is var callers && callers > warm)
                foreach (var (_, request) in candidates) await WarmAsync(request, warm = callers, tenants, cancellationToken);
            report.Add(table.Title, "/s", candidates[0].Name, await MeasureAsync(candidates, table.Callers, cancellationToken));
        }
    }

    private static async Task WarmAsync(Func<Random, Task> request, int callers, int tenants, CancellationToken cancellationToken)
    {
        var (started, done) = (Stopwatch.GetTimestamp(), 0d);
        for (var round = -1; round >= -WarmTurns || (done < WarmRequests * tenants && Stopwatch.GetElapsedTime(started) < LongestWarmUp); round--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            done += await MeasureAsync(request, callers, round) * Turn.TotalSeconds;
        }
    }

    // Each round begins with another candidate, so that nobody always follows the same one.
    private static async Task<IReadOnlyList<Measured>> MeasureAsync(IReadOnlyList<(string Name, Func<Random, Task> Request)> candidates, int callers, CancellationToken cancellationToken)
    {
        var rates = candidates.Select(_ => new List<double>()).ToList();
        for (var round = 0; round < Turns; round++)
            for (var place = 0; place < candidates.Count; place++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var candidate = (place + round) % candidates.Count;
                await MeasureAsync(candidates[candidate].Request, callers, LeadIns + round);
                rates[candidate].Add(await MeasureAsync(candidates[candidate].Request, callers, round));
            }

        return [.. candidates.Select((candidate, index) => new Measured(candidate.Name, rates[index]))];
    }

    private static async Task<double> MeasureAsync(Func<Random, Task> request, int callers, int round)
    {
        var started = Stopwatch.GetTimestamp();
        var done = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            // The same requests for all candidates.
#pragma warning disable CA5394
            var random = new Random((round * 1000) + caller);
#pragma warning restore CA5394
            var count = 0;
            for (; Stopwatch.GetElapsedTime(started) < Turn; count++) await request(random);
            return count;
        })));
        return done.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}

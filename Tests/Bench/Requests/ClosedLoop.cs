using System.Diagnostics;

namespace Tenantry.Bench.Requests;

/// <summary>Callers of whom each asks again as soon as it has its answer; the candidates take turns of a fraction of a second.</summary>
internal static class ClosedLoop
{
    // Plans are made and kept by then: two connections, five plans each before one is kept, and chance.
    private const int WarmRequests = 40;
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(6);

    /// <summary>Requests a second, turn by turn. Before the first, each candidate is asked for each tenant, for as long as that takes or six seconds.</summary>
    public static async Task<IReadOnlyList<Measured>> RunAsync(
        IReadOnlyList<(string Name, Func<Random, Task> Request)> candidates, int tenants, int callers, TimeSpan turn, int turns, CancellationToken cancellationToken)
    {
        foreach (var (_, request) in candidates)
        {
            var (started, done) = (Stopwatch.GetTimestamp(), 0d);
            for (var round = -1; round >= -4 || (done < WarmRequests * tenants && Stopwatch.GetElapsedTime(started) < LongestWarmUp); round--)
            {
                cancellationToken.ThrowIfCancellationRequested();
                done += await MeasureAsync(request, callers, turn, round) * turn.TotalSeconds;
            }
        }


        var rates = candidates.Select(_ => new List<double>()).ToList();
        for (var round = 0; round < turns; round++)
            for (var candidate = 0; candidate < candidates.Count; candidate++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                rates[candidate].Add(await MeasureAsync(candidates[candidate].Request, callers, turn, round));
            }

        return [.. candidates.Select((candidate, index) => new Measured(candidate.Name, rates[index]))];
    }

    private static async Task<double> MeasureAsync(Func<Random, Task> request, int callers, TimeSpan turn, int round)
    {
        var started = Stopwatch.GetTimestamp();
        var done = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            // The same requests for all candidates.
#pragma warning disable CA5394
            var random = new Random((round * 1000) + caller);
#pragma warning restore CA5394
            var count = 0;
            for (; Stopwatch.GetElapsedTime(started) < turn; count++) await request(random);
            return count;
        })));
        return done.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}

using System.Diagnostics;

namespace Tenantry.Bench.Requests;

/// <summary>Callers of whom each asks again as soon as it has its answer; the candidates take turns of a fraction of a second.</summary>
internal static class ClosedLoop
{
    /// <summary>Requests a second, turn by turn.</summary>
    public static async Task<IReadOnlyList<Measured>> RunAsync(
        IReadOnlyList<(string Name, Func<Random, Task> Request)> candidates, int callers, TimeSpan turn, int turns, CancellationToken cancellationToken)
    {
        var rates = candidates.Select(_ => new List<double>()).ToList();
        // The first turn of each warms up, for as long as plans take to be made and kept.
        for (var round = -1; round < turns; round++)
            for (var candidate = 0; candidate < candidates.Count; candidate++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var rate = await MeasureAsync(candidates[candidate].Request, callers, round < 0 ? 4 * turn : turn, round);
                if (round >= 0) rates[candidate].Add(rate);
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

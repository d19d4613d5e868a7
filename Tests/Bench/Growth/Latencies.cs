using System.Diagnostics;

namespace Tenantry.Bench.Growth;

/// <summary>How long each request took of callers who ask again as soon as they have their answer.</summary>
internal static class Latencies
{
    /// <summary>Milliseconds; tenants are chosen evenly, the same ones for the same seed.</summary>
    public static async Task<IReadOnlyList<double>> MeasureAsync(int callers, TimeSpan turn, int tenants, int seed, Func<int, Task> request)
    {
        var started = Stopwatch.GetTimestamp();
        var took = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
#pragma warning disable CA5394 // Which tenant is no secret.
            var random = new Random((seed * 1000) + caller);
            var own = new List<double>();
            while (Stopwatch.GetElapsedTime(started) < turn) own.Add(await Stopwatched.MillisecondsAsync(() => request(random.Next(tenants))));
#pragma warning restore CA5394
            return own;
        })));
        return [.. took.SelectMany(own => own)];
    }

    public static double At(IReadOnlyList<double> took, double share) => took.Order().ElementAt((int)(share * (took.Count - 1)));
}

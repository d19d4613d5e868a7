using System.Diagnostics;

namespace Tenantry.Bench;

/// <summary>Runs variants in turn, so that whatever else the machine does falls on all of them.</summary>
internal static class Stopwatched
{
    public static async Task<double> MillisecondsAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>Each variant once unmeasured, then <paramref name="rounds"/> times, a round of all at a time. Milliseconds.</summary>
    public static async Task<IReadOnlyList<Measured>> InTurnAsync(int rounds, IReadOnlyList<(string Variant, Func<Task> Work)> variants, CancellationToken cancellationToken)
    {
        var runs = variants.Select(_ => new List<double>()).ToList();
        for (var round = -1; round < rounds; round++)
        {
            for (var variant = 0; variant < variants.Count; variant++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var took = await MillisecondsAsync(variants[variant].Work);
                if (round >= 0) runs[variant].Add(took);
            }
        }

        return [.. variants.Select((variant, index) => new Measured(variant.Variant, runs[index]))];
    }
}

namespace Tenantry.Migrations.Evidence;

/// <summary>Gives each of several others to be tried against, and nobody itself.</summary>
internal static class Derangement
{
    /// <summary>For each of <paramref name="count"/>, by index, the indexes of those it is tried against; all others when there are not more.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Draw(int count, int others, int seed)
    {
        var circle = Enumerable.Range(0, count).ToArray();
        // Repeatable on purpose: who is tried against whom stands in the report as its seed.
#pragma warning disable CA5394
        new Random(seed).Shuffle(circle);
#pragma warning restore CA5394
        var drawn = new IReadOnlyList<int>[count];
        for (var at = 0; at < count; at++)
            drawn[circle[at]] = [.. Enumerable.Range(1, Math.Max(0, Math.Min(others, count - 1))).Select(step => circle[(at + step) % count])];
        return drawn;
    }
}

namespace Tenantry.Tests.Reliability;

/// <summary>Compares what was told with what is kept.</summary>
internal static class HistoryCheck
{
    /// <summary>Each fault as a sentence; none when every acknowledged write is there once, in its own org, and nothing else is.</summary>
    public static IEnumerable<string> ListFaults(IReadOnlyCollection<Attempt> attempts, IReadOnlyCollection<Kept> rows)
    {
        var kept = rows.ToLookup(row => row.Name);
        foreach (var attempt in attempts)
        {
            var there = kept[attempt.Name].ToList();
            if (attempt.Id is not null && there.Count == 0) yield return $"lost: {attempt} was acknowledged";
            if (there.Count > 1) yield return $"doubled: {attempt} is there {there.Count} times";
            if (there.Any(row => row.Org != attempt.Org)) yield return $"astray: {attempt} is in {there[0].Org}";
            if (attempt.Id is { } id && there.Count == 1 && there[0].Id != id) yield return $"another: {attempt} is there as {there[0].Id}";
        }

        var sent = attempts.Select(attempt => attempt.Name).ToHashSet();
        foreach (var row in rows.Where(row => !sent.Contains(row.Name))) yield return $"invented: {row} was never sent";
    }
}

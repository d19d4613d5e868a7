namespace Tenantry.Bench.Requests;

/// <summary>Which tenant the next request is for.</summary>
internal sealed record Spread(string Name, int Tenants, Func<Random, int> Next)
{
    public static IReadOnlyList<Spread> Of(int tenants) =>
    [
        new("one tenant", 1, _ => 0),
        new("100 tenants evenly", Math.Min(100, tenants), random => random.Next(Math.Min(100, tenants))),
        new($"{tenants} tenants, skewed (zipf)", tenants, Zipf(tenants)),
        new($"{tenants} tenants evenly", tenants, random => random.Next(tenants)),
    ];

    private static Func<Random, int> Zipf(int tenants)
    {
        var sum = 0.0;
        var until = Enumerable.Range(1, tenants).Select(rank => sum += 1.0 / rank).ToArray();
        return random =>
        {
            var at = Array.BinarySearch(until, random.NextDouble() * sum);
            return Math.Min(at < 0 ? ~at : at, tenants - 1);
        };
    }
}

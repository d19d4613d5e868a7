namespace Tenantry.Bench.Requests;

/// <summary>What tenancy costs at the level of the database: each way on the same rows, against no tenancy at all.</summary>
internal static class DatabaseSuite
{
    private const int PoolSize = 20;
    private static readonly int Tenants = BenchServer.Size("BENCH_TENANTS", 1000);

    public static async Task RunAsync(BenchServer server, BenchReport report, CancellationToken cancellationToken)
    {
        await using var fleet = await BenchFleet.CreateAsync(server, Tenants, cancellationToken);
        var candidates = Create(fleet, PoolSize);
        foreach (var spread in Spread.Of(Tenants))
            foreach (var (work, request) in Requests(fleet))
            {
                var able = candidates.Where(candidate => candidate.Most >= spread.Tenants).Select(candidate => (candidate.Name, (Func<Random, Task>)(random => request(candidate, spread.Next(random), random)))).ToList();
                await ClosedLoop.RunAsync(report, $"{work}, {spread.Name}", able, spread.Tenants, cancellationToken);
            }

        foreach (var candidate in candidates) await candidate.DisposeAsync();
    }

    public static IReadOnlyList<ICandidate> Create(BenchFleet fleet, int poolSize) =>
    [
        new PlainCandidate(fleet, poolSize), new OursCandidate(fleet, poolSize), new QualifiedCandidate(fleet, poolSize), new RowSecurityCandidate(fleet, poolSize),
        new PoolsCandidate(fleet), new EfCandidate(fleet, poolSize), new SetLocalCandidate(fleet, poolSize), new UsualCandidate(fleet, poolSize),
    ];

    public static IEnumerable<(string Work, Func<ICandidate, int, Random, Task> Request)> Requests(BenchFleet fleet)
    {
#pragma warning disable CA5394 // Which row is no secret.
        yield return ("A row", (candidate, tenant, random) => candidate.ReadAsync(tenant, fleet.Ids[tenant][random.Next(BenchFleet.Rows)]));
#pragma warning restore CA5394
        yield return ("A page of 20", (candidate, tenant, _) => candidate.PageAsync(tenant));
        yield return ("A write", (candidate, tenant, _) => candidate.WriteAsync(tenant));
    }
}

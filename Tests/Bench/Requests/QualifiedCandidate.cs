using Npgsql;

namespace Tenantry.Bench.Requests;

/// <summary>
/// What many schemas cost by themselves: their tables by qualified names, each tenant's on the same few connections, which keep its
/// plans. No role, no path; nobody asks whether the caller may.
/// </summary>
internal sealed class QualifiedCandidate(BenchFleet fleet, int poolSize) : SchemaCandidate(fleet)
{
    private const int PartSize = 2;

    private readonly NpgsqlDataSource[] sources =
    [
        .. Enumerable.Range(0, poolSize / PartSize).Select(_ => NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(fleet.App) { MaxPoolSize = PartSize, MaxAutoPrepare = 500, AutoPrepareMinUsages = 2 }.ConnectionString)),
    ];

    public override string Name => "qualified names, plans kept, nothing checked";

    public override async ValueTask DisposeAsync()
    {
        foreach (var source in sources) await source.DisposeAsync();
    }

    protected override string TableOf(int tenant) => $"{Fleet.Schemas[tenant]}.projects";

    protected override async Task<T> InAsync<T>(int tenant, Func<NpgsqlConnection, Task<T>> work)
    {
        await using var connection = await sources[tenant % sources.Length].OpenConnectionAsync();
        return await work(connection);
    }
}

using System.Collections.Concurrent;
using Npgsql;

namespace Tenantry.Bench.Requests;

/// <summary>A pool for each tenant, with its path in the connection string; nobody asks whether the caller may.</summary>
internal sealed class PoolsCandidate(BenchFleet fleet) : SchemaCandidate(fleet)
{
    private readonly ConcurrentDictionary<int, NpgsqlDataSource> sources = new();

    public override string Name => "a pool a tenant, no membership check";

    // Beyond that the server has no connections left.
    public override int Most => 100;

    public override async ValueTask DisposeAsync()
    {
        foreach (var source in sources.Values) await source.DisposeAsync();
    }

    protected override async Task<T> InAsync<T>(int tenant, Func<NpgsqlConnection, Task<T>> work)
    {
        await using var connection = await OpenAsync(tenant);
        return await work(connection);
    }

    private ValueTask<NpgsqlConnection> OpenAsync(int tenant) => sources.GetOrAdd(tenant, _ => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(Fleet.App) { MaxPoolSize = 2, SearchPath = Fleet.Schemas[tenant], MaxAutoPrepare = 20, AutoPrepareMinUsages = 2 }.ConnectionString)).OpenConnectionAsync();
}

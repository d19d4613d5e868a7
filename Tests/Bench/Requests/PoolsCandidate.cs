using System.Collections.Concurrent;
using Dapper;
using Npgsql;

namespace Tenantry.Bench.Requests;

/// <summary>A pool for each tenant, with its path in the connection string; nobody asks whether the caller may.</summary>
internal sealed class PoolsCandidate(BenchFleet fleet) : ICandidate
{
    private readonly ConcurrentDictionary<int, NpgsqlDataSource> sources = new();

    public string Name => "a pool a tenant, no membership check";

    // Beyond that the server has no connections left.
    public int Most => 100;

    public async Task<BenchProject?> ReadAsync(int tenant, Guid id)
    {
        await using var connection = await OpenAsync(tenant);
        return await connection.QuerySingleOrDefaultAsync<BenchProject>(ProjectSql.Read("projects"), new { id });
    }

    public async Task<IReadOnlyList<BenchProject>> PageAsync(int tenant)
    {
        await using var connection = await OpenAsync(tenant);
        return (await connection.QueryAsync<BenchProject>(ProjectSql.Page("projects"))).AsList();
    }

    public async Task WriteAsync(int tenant)
    {
        await using var connection = await OpenAsync(tenant);
        await connection.ExecuteAsync(ProjectSql.Write("projects"), new { id = Guid.CreateVersion7(), by = fleet.Database.UserId });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in sources.Values) await source.DisposeAsync();
    }

    private ValueTask<NpgsqlConnection> OpenAsync(int tenant) => sources.GetOrAdd(tenant, _ => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(fleet.App) { MaxPoolSize = 2, SearchPath = fleet.Schemas[tenant], MaxAutoPrepare = 20, AutoPrepareMinUsages = 2 }.ConnectionString)).OpenConnectionAsync();
}

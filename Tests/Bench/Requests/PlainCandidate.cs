using Dapper;
using Npgsql;

namespace Tenantry.Bench.Requests;

/// <summary>The limit: the same work with no tenancy at all, one table, prepared.</summary>
internal sealed class PlainCandidate(BenchFleet fleet, int poolSize) : ICandidate
{
    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(fleet.App) { MaxPoolSize = poolSize, MaxAutoPrepare = 20, AutoPrepareMinUsages = 2 }.ConnectionString);

    public string Name => "no tenancy, one table, prepared";

    public async Task<BenchProject?> ReadAsync(int tenant, Guid id)
    {
        await using var connection = await source.OpenConnectionAsync();
        return await connection.QuerySingleOrDefaultAsync<BenchProject>(ProjectSql.Read("plain.projects"), new { id });
    }

    public async Task<IReadOnlyList<BenchProject>> PageAsync(int tenant)
    {
        await using var connection = await source.OpenConnectionAsync();
        return (await connection.QueryAsync<BenchProject>(ProjectSql.Page("plain.projects"))).AsList();
    }

    public async Task WriteAsync(int tenant)
    {
        await using var connection = await source.OpenConnectionAsync();
        await connection.ExecuteAsync(ProjectSql.Write("plain.projects"), new { id = Guid.CreateVersion7(), by = fleet.Database.UserId });
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}

using Dapper;
using Npgsql;

namespace Tenantry.Bench.Requests;

/// <summary>BEGIN, SET LOCAL, the statement, COMMIT: a schema a tenant; nobody asks whether the caller may.</summary>
internal sealed class SetLocalCandidate(BenchFleet fleet, int poolSize) : ICandidate
{
    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(fleet.App) { MaxPoolSize = poolSize }.ConnectionString);

    public string Name => "BEGIN + SET LOCAL, no membership check";

    public Task<BenchProject?> ReadAsync(int tenant, Guid id) =>
        InAsync(tenant, connection => connection.QuerySingleOrDefaultAsync<BenchProject>(ProjectSql.Read("projects"), new { id }));

    public Task<IReadOnlyList<BenchProject>> PageAsync(int tenant) =>
        InAsync<IReadOnlyList<BenchProject>>(tenant, async connection => (await connection.QueryAsync<BenchProject>(ProjectSql.Page("projects"))).AsList());

    public Task WriteAsync(int tenant) =>
        InAsync(tenant, connection => connection.ExecuteAsync(ProjectSql.Write("projects"), new { id = Guid.CreateVersion7(), by = fleet.Database.UserId }));

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private async Task<T> InAsync<T>(int tenant, Func<NpgsqlConnection, Task<T>> work)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync($"set local search_path = {fleet.Schemas[tenant]}");
        var result = await work(connection);
        await transaction.CommitAsync();
        return result;
    }
}

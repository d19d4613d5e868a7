using Dapper;
using Npgsql;

namespace Tenantry.Bench.Requests;

/// <summary>BEGIN, SET LOCAL, the statement, COMMIT: a schema a tenant; nobody asks whether the caller may.</summary>
internal sealed class SetLocalCandidate(BenchFleet fleet, int poolSize) : SchemaCandidate(fleet)
{
    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(fleet.App) { MaxPoolSize = poolSize }.ConnectionString);

    public override string Name => "BEGIN + SET LOCAL, no membership check";

    public override ValueTask DisposeAsync() => source.DisposeAsync();

    protected override async Task<T> InAsync<T>(int tenant, Func<NpgsqlConnection, Task<T>> work)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync($"set local search_path = {Fleet.Schemas[tenant]}");
        var result = await work(connection);
        await transaction.CommitAsync();
        return result;
    }
}

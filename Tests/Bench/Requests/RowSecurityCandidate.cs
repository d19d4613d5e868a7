using Npgsql;

namespace Tenantry.Bench.Requests;

/// <summary>One table with row-level security, the org set in the same round trip; nobody asks whether the caller may.</summary>
internal sealed class RowSecurityCandidate(BenchFleet fleet, int poolSize) : ICandidate
{
    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(fleet.App) { MaxPoolSize = poolSize, MaxAutoPrepare = 20, AutoPrepareMinUsages = 2 }.ConnectionString);

    public string Name => "row-level security, no membership check";

    public async Task<BenchProject?> ReadAsync(int tenant, Guid id) => (await QueryAsync(tenant, ProjectSql.Read("rls.projects").Replace("@id", "$1"), id)).SingleOrDefault();

    public Task<IReadOnlyList<BenchProject>> PageAsync(int tenant) => QueryAsync(tenant, ProjectSql.Page("rls.projects"), null);

    public Task WriteAsync(int tenant) =>
        QueryAsync(tenant, $"insert into rls.projects (id, name, created_by, org_id) values ($1, 'made by the benchmark', '{fleet.Database.UserId}', current_setting('app.org')::uuid)", Guid.CreateVersion7());

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private async Task<IReadOnlyList<BenchProject>> QueryAsync(int tenant, string sql, Guid? id)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new("select set_config('app.org', $1, true)") { Parameters = { new() { Value = fleet.Orgs[tenant].ToString() } } });
        var command = new NpgsqlBatchCommand(sql);
        if (id is { } value) command.Parameters.Add(new() { Value = value });
        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        return await BenchRows.ReadAsync(reader);
    }
}

using Dapper;
using Npgsql;

namespace Tenantry.Bench.Requests;

/// <summary>
/// What many schemas cost by themselves: their tables by qualified names, each tenant's on the same few connections, which keep its
/// plans. No role, no path; nobody asks whether the caller may.
/// </summary>
internal sealed class QualifiedCandidate(BenchFleet fleet, int poolSize) : ICandidate
{
    private const int PartSize = 2;

    private readonly NpgsqlDataSource[] sources =
    [
        .. Enumerable.Range(0, poolSize / PartSize).Select(_ => NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(fleet.App) { MaxPoolSize = PartSize, MaxAutoPrepare = 500, AutoPrepareMinUsages = 2 }.ConnectionString)),
    ];

    public string Name => "qualified names, plans kept, nothing checked";

    public async Task<BenchProject?> ReadAsync(int tenant, Guid id)
    {
        await using var connection = await OpenAsync(tenant);
        return await connection.QuerySingleOrDefaultAsync<BenchProject>(ProjectSql.Read(TableOf(tenant)), new { id });
    }

    public async Task<IReadOnlyList<BenchProject>> PageAsync(int tenant)
    {
        await using var connection = await OpenAsync(tenant);
        return (await connection.QueryAsync<BenchProject>(ProjectSql.Page(TableOf(tenant)))).AsList();
    }

    public async Task WriteAsync(int tenant)
    {
        await using var connection = await OpenAsync(tenant);
        await connection.ExecuteAsync(ProjectSql.Write(TableOf(tenant)), new { id = Guid.CreateVersion7(), by = fleet.Database.UserId });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in sources) await source.DisposeAsync();
    }

    private ValueTask<NpgsqlConnection> OpenAsync(int tenant) => sources[tenant % sources.Length].OpenConnectionAsync();

    private string TableOf(int tenant) => $"{fleet.Schemas[tenant]}.projects";
}

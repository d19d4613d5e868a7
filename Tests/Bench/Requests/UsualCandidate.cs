using Dapper;
using Npgsql;

namespace Tenantry.Bench.Requests;

/// <summary>The usual four round trips: the org, the membership, SET search_path, the statement; then the pool's reset.</summary>
internal sealed class UsualCandidate(BenchFleet fleet, int poolSize) : ICandidate
{
    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(fleet.App) { MaxPoolSize = poolSize }.ConnectionString);

    public string Name => "org, membership, SET search_path, statement";

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
        var (org, schema) = await connection.QuerySingleAsync<(Guid, string)>(
            "select o.id, t.schema_name from public.orgs o join public.tenants t on t.id = o.id where o.slug = @slug and t.state = 'active'", new { slug = $"org-{tenant + 1}" });
        _ = await connection.QuerySingleAsync<string>(
            "select m.role from public.memberships m join public.sessions s on s.user_id = m.user_id where m.org_id = @org and s.id = @SessionId and s.ended_at is null and s.expires_at > now()", new { org, fleet.SessionId });
        await connection.ExecuteAsync($"set search_path = {schema}");
        return await work(connection);
    }
}

using Dapper;
using Npgsql;

namespace Tenantry.Bench.Requests;

/// <summary>The usual four round trips: the org, the membership, SET search_path, the statement; then the pool's reset.</summary>
internal sealed class UsualCandidate(BenchFleet fleet, int poolSize) : SchemaCandidate(fleet)
{
    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(fleet.App) { MaxPoolSize = poolSize }.ConnectionString);

    public override string Name => "org, membership, SET search_path, statement";

    public override ValueTask DisposeAsync() => source.DisposeAsync();

    protected override async Task<T> InAsync<T>(int tenant, Func<NpgsqlConnection, Task<T>> work)
    {
        await using var connection = await source.OpenConnectionAsync();
        var (org, schema) = await connection.QuerySingleAsync<(Guid, string)>(
            "select o.id, t.schema_name from public.orgs o join public.tenants t on t.id = o.id where o.slug = @slug and t.state = 'active'", new { slug = $"org-{tenant + 1}" });
        _ = await connection.QuerySingleAsync<string>(
            "select m.role from public.memberships m join public.sessions s on s.user_id = m.user_id where m.org_id = @org and s.id = @SessionId and s.ended_at is null and s.expires_at > now()", new { org, Fleet.SessionId });
        await connection.ExecuteAsync($"set search_path = {schema}");
        return await work(connection);
    }
}

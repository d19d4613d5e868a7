using Dapper;
using Npgsql;

namespace Tenantry.Bench.Requests;

/// <summary>A schema a tenant, on whose path the same statements are sent: candidates differ in how they come to the path.</summary>
internal abstract class SchemaCandidate(BenchFleet fleet) : ICandidate
{
    public abstract string Name { get; }

    public virtual int Most => int.MaxValue;

    protected BenchFleet Fleet => fleet;

    public Task<BenchProject?> ReadAsync(int tenant, Guid id) =>
        InAsync(tenant, connection => connection.QuerySingleOrDefaultAsync<BenchProject>(ProjectSql.Read("projects"), new { id }));

    public Task<IReadOnlyList<BenchProject>> PageAsync(int tenant) =>
        InAsync<IReadOnlyList<BenchProject>>(tenant, async connection => (await connection.QueryAsync<BenchProject>(ProjectSql.Page("projects"))).AsList());

    public Task WriteAsync(int tenant) =>
        InAsync(tenant, connection => connection.ExecuteAsync(ProjectSql.Write("projects"), new { id = Guid.CreateVersion7(), by = fleet.Database.UserId }));

    public abstract ValueTask DisposeAsync();

    protected abstract Task<T> InAsync<T>(int tenant, Func<NpgsqlConnection, Task<T>> work);
}

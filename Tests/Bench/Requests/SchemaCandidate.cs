using Dapper;
using Npgsql;

namespace Tenantry.Bench.Requests;

/// <summary>A schema a tenant, to whose table the same statements are sent: candidates differ in how they come to it.</summary>
internal abstract class SchemaCandidate(BenchFleet fleet) : ICandidate
{
    public abstract string Name { get; }

    public virtual int Most => int.MaxValue;

    protected BenchFleet Fleet => fleet;

    public Task<BenchProject?> ReadAsync(int tenant, Guid id) =>
        InAsync(tenant, connection => connection.QuerySingleOrDefaultAsync<BenchProject>(ProjectSql.Read(TableOf(tenant)), new { id }));

    public Task<IReadOnlyList<BenchProject>> PageAsync(int tenant) =>
        InAsync<IReadOnlyList<BenchProject>>(tenant, async connection => (await connection.QueryAsync<BenchProject>(ProjectSql.Page(TableOf(tenant)))).AsList());

    public Task WriteAsync(int tenant) =>
        InAsync(tenant, connection => connection.ExecuteAsync(ProjectSql.Write(TableOf(tenant)), new { id = Guid.CreateVersion7(), by = fleet.Database.UserId }));

    public abstract ValueTask DisposeAsync();

    protected virtual string TableOf(int tenant) => "projects";

    protected abstract Task<T> InAsync<T>(int tenant, Func<NpgsqlConnection, Task<T>> work);
}

using Dapper;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Resilience;

namespace Tenantry.Bench.Requests;

/// <summary>Tenantry, by Dapper: session, org, membership, role and path proven in the same round trip.</summary>
internal sealed class OursCandidate(BenchFleet fleet, int poolSize) : ICandidate
{
    private readonly TenantDatabase database = new(new TenancyOptions
    {
        DataConnection = fleet.Database.Database.Logins.Data,
        ControlConnection = fleet.Database.Database.Logins.Control,
        DataPoolSize = poolSize,
        MaxAutoPrepare = 500,
        ResetSessions = false,
        // As long as the others', which have Npgsql's: a candidate whose turn it is a ninth of the time would spend much of it on getting to know its tenants again.
        ConnectionLifetime = TimeSpan.FromHours(1),
    });

    public string Name => "Tenantry";

    public async Task<BenchProject?> ReadAsync(int tenant, Guid id)
    {
        await using var connection = database.CreateConnection(fleet.ScopeOf(tenant));
        return await connection.QuerySingleOrDefaultAsync<BenchProject>(ProjectSql.Read("projects"), new { id });
    }

    public async Task<IReadOnlyList<BenchProject>> PageAsync(int tenant)
    {
        await using var connection = database.CreateConnection(fleet.ScopeOf(tenant));
        return (await connection.QueryAsync<BenchProject>(ProjectSql.Page("projects"))).AsList();
    }

    public async Task WriteAsync(int tenant)
    {
        await using var connection = database.CreateConnection(fleet.ScopeOf(tenant));
        await WholeTransaction.RunCommandAsync(
            connection, async _ => await connection.ExecuteAsync(ProjectSql.Write("projects"), new { id = Guid.CreateVersion7(), by = fleet.Database.UserId }), CancellationToken.None);
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();
}

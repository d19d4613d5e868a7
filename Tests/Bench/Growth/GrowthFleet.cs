using Dapper;
using Npgsql;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Bench.Growth;

/// <summary>A fleet that grows while it is measured: each tenant has one project, whose id is the org's.</summary>
internal sealed class GrowthFleet : IAsyncDisposable
{
    private readonly Guid sessionId = Guid.CreateVersion7();
    private List<Guid> orgs = [];
    private int late;

    private GrowthFleet(BenchDatabase database) => Database = database;

    public BenchDatabase Database { get; }

    public int Tenants => orgs.Count;

    public static async Task<GrowthFleet> CreateAsync(BenchServer server, CancellationToken cancellationToken)
    {
        var fleet = new GrowthFleet(await BenchDatabase.CreateAsync(server, ScriptSet.Tenant, cancellationToken));
        await fleet.Database.AdminAsync(
            $"insert into public.sessions (id, user_id, refresh_hash, expires_at) values ('{fleet.sessionId}', @UserId, decode('00', 'hex'), now() + interval '1 day')", cancellationToken);
        return fleet;
    }

    /// <summary>Makes <c>org-…</c> up to so many.</summary>
    public async Task GrowAsync(int tenants, CancellationToken cancellationToken)
    {
        var old = Tenants;
        for (var made = old; made < tenants; made += 1000)
        {
            BenchReport.Say($"{made} of {tenants} tenants are made");
            await Database.AddOrgsAsync(made + 1, Math.Min(1000, tenants - made), cancellationToken);
        }

        await using var admin = await OpenAdminAsync(cancellationToken);
        orgs = (await admin.QueryAsync<Guid>(new CommandDefinition("select id from public.orgs where slug like 'org-%' order by substr(slug, 5)::integer", cancellationToken: cancellationToken))).AsList();
        foreach (var org in orgs.Skip(old))
            await admin.ExecuteAsync(new CommandDefinition($"insert into {SchemaName.For(org)}.projects (id, name, created_by) values (@org, 'Project', @org)", new { org }, cancellationToken: cancellationToken));
        await Database.AdminAsync("vacuum analyze", cancellationToken);
    }

    /// <summary>One more, which nobody reads.</summary>
    public Task AddLateAsync(CancellationToken cancellationToken) => Database.AddOrgAsync($"late-{++late}", cancellationToken);

    /// <summary>Tenancy as the service has it, where no pooler stands in front of the server.</summary>
    public TenantDatabase Open(int poolSize, TimeSpan? lifetime = null) => new(new TenancyOptions
    {
        DataConnection = Database.Database.Logins.Data,
        ControlConnection = Database.Database.Logins.Control,
        DataPoolSize = poolSize,
        MaxAutoPrepare = 500,
        ResetSessions = false,
        ConnectionLifetime = lifetime ?? TimeSpan.FromHours(1),
    });

    public TenantConnection Connect(TenantDatabase database, int tenant) => database.CreateConnection(new TenantScope(sessionId, Slug.Parse($"org-{tenant + 1}")));

    public async Task ReadAsync(TenantDatabase database, int tenant)
    {
        await using var connection = Connect(database, tenant);
        await ReadAsync(connection, tenant);
    }

    public async Task ReadAsync(TenantConnection connection, int tenant)
    {
        var name = await connection.QuerySingleAsync<string>("select name from projects where id = @id", new { id = orgs[tenant] });
        if (name != "Project") throw new InvalidOperationException($"{name} of tenant {tenant} was read.");
    }

    public async Task<NpgsqlConnection> OpenAdminAsync(CancellationToken cancellationToken)
    {
        var admin = new NpgsqlConnection(Database.Admin);
        await admin.OpenAsync(cancellationToken);
        return admin;
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}

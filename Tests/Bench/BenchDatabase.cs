using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Bench;

/// <summary>A database of one suite's, with an admin for its orgs.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private static int count;

    private readonly string server;

    private BenchDatabase(string server, string admin, TenantryDatabase database) => (this.server, Admin, Database) = (server, admin, database);

    /// <summary>A superuser's connection string.</summary>
    public string Admin { get; }

    public TenantryDatabase Database { get; }

    public OwnerDatabase Owner => Database.Owner;

    /// <summary>The user who is admin of every org.</summary>
    public Guid UserId { get; } = Guid.CreateVersion7();

    public static async Task<BenchDatabase> CreateAsync(BenchServer server, ScriptSet scripts, CancellationToken cancellationToken, int poolSize = 20)
    {
        var name = $"bench_{Environment.ProcessId}_{Interlocked.Increment(ref count)}";
        await using (var connection = new NpgsqlConnection(server.Connection))
            await connection.ExecuteAsync(new CommandDefinition($"create database {name}", cancellationToken: cancellationToken));
        var admin = new NpgsqlConnectionStringBuilder(server.Connection) { Database = name }.ConnectionString;
        var database = await TenantryDatabase.OpenAsync(
            new DatabaseOptions { Connection = admin, AutoMigrate = true, TenantScripts = scripts, OwnerPoolSize = poolSize }, new Progress<string>(), cancellationToken);
        var made = new BenchDatabase(server.Connection, admin, database);
        await made.AdminAsync("insert into public.users (id, email, normalized_email, security_stamp) values (@UserId, 'a@example.com', 'A@EXAMPLE.COM', 'x')", cancellationToken);
        return made;
    }

    /// <summary>Makes orgs <c>org-from</c> … so many, several at once.</summary>
    public Task AddOrgsAsync(int from, int orgs, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(from, orgs), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken }, async (number, token) =>
            await AddOrgAsync($"org-{number}", token));

    public async Task<Guid> AddOrgAsync(string slug, CancellationToken cancellationToken)
    {
        if (!Slug.TryCreate(slug, out var valid)) throw new ArgumentException(Slug.FindFault(slug));
        var made = await Database.Provisioner.CreateAsync(new NewOrg(valid, slug, UserId, null), cancellationToken);
        return made.Outcome == ProvisioningOutcome.Created ? made.OrgId : throw new InvalidOperationException($"{slug}: {made.Outcome}");
    }

    public async Task AdminAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(Admin);
        await connection.ExecuteAsync(new CommandDefinition(sql, new { UserId }, commandTimeout: 0, cancellationToken: cancellationToken));
    }

    public async Task<IReadOnlyList<string>> ListSchemasAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(Admin);
        return (await connection.QueryAsync<string>(new CommandDefinition("select schema_name from public.tenants order by id", cancellationToken: cancellationToken))).AsList();
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await using var connection = new NpgsqlConnection(server);
        await connection.ExecuteAsync(new CommandDefinition($"drop database {new NpgsqlConnectionStringBuilder(Admin).Database} with (force)", commandTimeout: 0));
        // The roles go with the server; on a given one they are the operator's to remove (t_…, bench_…).
    }
}

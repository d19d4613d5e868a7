using System.Collections.Concurrent;
using Dapper;
using Npgsql;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenancy;

/// <summary>Thousands of interleaved requests of many tenants over two connections, and the way of doing it that must leak.</summary>
internal sealed class LeakTests
{
    private const int Tenants = 12;
    private const int Workers = 24;
    private const int RequestsEach = 150;

    [Test, CancelAfter(120_000)]
    public async Task No_request_sees_a_foreign_row_over_a_pool_of_two(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        var scopes = await AddTenantsAsync(database, cancellationToken);
        var options = database.Options();
        options.DataPoolSize = 2;
        await using var tenants = new TenantDatabase(options);

        var backends = new ConcurrentDictionary<int, bool>();
        var foreign = await HuntAsync(scopes, async (scope, random) =>
        {
            await using var connection = tenants.CreateConnection(scope);
            if (random.Next(4) > 0)
            {
                var rows = (await connection.QueryAsync<(string Name, int Backend)>("select name, pg_backend_pid() from projects")).AsList();
                backends[rows[0].Backend] = true;
                return rows.Select(row => row.Name);
            }

            await connection.OpenAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await AddProjectAsync(connection, scope.Org.Value);
            var seen = await connection.QueryAsync<string>("select name from projects");
            // Left uncommitted, failed or kept: whichever way a request ends, the next one must not notice.
            if (random.Next(3) == 0) Assert.That(async () => await connection.ExecuteAsync("select 1 / 0"), Throws.InstanceOf<PostgresException>());
            else if (random.Next(2) == 0) await transaction.CommitAsync(cancellationToken);
            return seen;
        }, cancellationToken);

        Assert.That(foreign, Is.Empty);
        Assert.That(backends, Has.Count.EqualTo(2), "the requests shared two connections");
    }

    [Test, CancelAfter(120_000)]
    public async Task The_control_with_a_session_level_path_leaks(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        var scopes = await AddTenantsAsync(database, cancellationToken);
        var schemas = (await OwnerSchemasAsync(database, cancellationToken)).ToDictionary(row => row.Slug, row => row.Schema);
        await using var pool = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.AdminConnection)
        {
            Pooling = true,
            MaxPoolSize = 2,
            NoResetOnClose = true,
        }.ConnectionString);

        var foreign = await HuntAsync(scopes, async (scope, _) =>
        {
            await using (var first = await pool.OpenConnectionAsync(cancellationToken))
                await first.ExecuteAsync($"set search_path = {schemas[scope.Org.Value]}");
            // As through a transaction pooler: the next statement may run on another server connection.
            await using var second = await pool.OpenConnectionAsync(cancellationToken);
            return await second.QueryAsync<string>("select name from projects");
        }, cancellationToken);

        Assert.That(foreign, Is.Not.Empty, "the hunt does not bite");
    }

    private static async Task<IReadOnlyCollection<string>> HuntAsync(
        IReadOnlyList<TenantScope> scopes, Func<TenantScope, Random, Task<IEnumerable<string>>> request, CancellationToken cancellationToken)
    {
        var foreign = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Workers), new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = cancellationToken }, async (worker, _) =>
        {
            var random = new Random(worker);
            for (var i = 0; i < RequestsEach; i++)
            {
                var scope = scopes[random.Next(scopes.Count)];
                var seen = (await request(scope, random)).AsList();
                if (seen.Count == 0) foreign.Add($"{scope.Org} saw nothing");
                foreach (var name in seen.Where(name => name != scope.Org.Value)) foreign.Add($"{scope.Org} saw {name}");
            }
        });
        return foreign;
    }

    private static async Task<IReadOnlyList<TenantScope>> AddTenantsAsync(TestDatabase database, CancellationToken cancellationToken)
    {
        var scopes = new List<TenantScope>();
        await using var tenants = new TenantDatabase(database.Options());
        for (var i = 0; i < Tenants; i++)
        {
            var scope = await database.AddTenantAsync($"tenant-{i}", cancellationToken);
            await using var connection = tenants.CreateConnection(scope);
            await connection.OpenAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await AddProjectAsync(connection, scope.Org.Value);
            await transaction.CommitAsync(cancellationToken);
            scopes.Add(scope);
        }

        return scopes;
    }

    private static Task<int> AddProjectAsync(TenantConnection connection, string name) =>
        connection.ExecuteAsync("insert into projects (id, name, created_by) values (@id, @name, @id)", new { id = Guid.CreateVersion7(), name });

    private static async Task<IEnumerable<(string Slug, string Schema)>> OwnerSchemasAsync(TestDatabase database, CancellationToken cancellationToken)
    {
        await using var admin = await database.OpenAdminAsync(cancellationToken);
        return await admin.QueryAsync<(string, string)>("select o.slug, t.schema_name from public.orgs o join public.tenants t using (id)");
    }
}

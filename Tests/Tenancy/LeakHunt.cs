using System.Collections.Concurrent;
using Dapper;
using Npgsql;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenancy;

/// <summary>Many clients of many tenants at once, each of whose rows bears its tenant's name; what a client sees of another's is a leak.</summary>
internal sealed class LeakHunt : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, bool> backends = new();
    private readonly List<TenantScope> scopes = [];
    private int cancelled;

    private LeakHunt(TestDatabase database) => Database = database;

    public TestDatabase Database { get; }

    /// <summary>How many server processes answered.</summary>
    public int Backends => backends.Count;

    /// <summary>How many commands were cancelled.</summary>
    public int Cancelled => cancelled;

    public static async Task<LeakHunt> CreateAsync(int tenants, CancellationToken cancellationToken)
    {
        var hunt = new LeakHunt(await TestDatabase.CreateAsync(cancellationToken));
        await using var direct = new TenantDatabase(hunt.Database.Options());
        for (var i = 0; i < tenants; i++)
        {
            var scope = await hunt.Database.AddTenantAsync($"tenant-{i}", cancellationToken);
            await using var connection = direct.CreateConnection(scope);
            await connection.OpenAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await AddProjectAsync(connection, scope);
            await transaction.CommitAsync(cancellationToken);
            hunt.scopes.Add(scope);
        }

        return hunt;
    }

    /// <summary>Sends requests at random and answers what their clients should not have seen.</summary>
    public async Task<IReadOnlyCollection<string>> RunAsync(
        int clients, int requestsEach, Func<TenantScope, Random, Task<IEnumerable<string>>> request, CancellationToken cancellationToken)
    {
        var foreign = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, clients), new ParallelOptions { MaxDegreeOfParallelism = clients, CancellationToken = cancellationToken }, async (client, _) =>
        {
            var random = new Random(client);
            for (var i = 0; i < requestsEach; i++)
            {
                var scope = scopes[random.Next(scopes.Count)];
                var seen = (await request(scope, random)).AsList();
                if (seen.Count == 0) foreign.Add($"{scope.Org} saw nothing");
                foreach (var name in seen.Where(name => name != scope.Org.Value)) foreign.Add($"{scope.Org} saw {name}");
            }
        });
        return foreign;
    }

    /// <summary>A request through our connection: three reads in four, and a write that is kept, undone, broken off or cancelled.</summary>
    public async Task<IEnumerable<string>> RequestAsync(TenantDatabase tenants, TenantScope scope, Random random, CancellationToken cancellationToken)
    {
        await using var connection = tenants.CreateConnection(scope);
        if (random.Next(4) > 0)
        {
            var rows = (await connection.QueryAsync<(string Name, int Backend)>("select name, pg_backend_pid() from projects")).AsList();
            if (rows.Count > 0) backends[rows[0].Backend] = true;
            return rows.Select(row => row.Name);
        }

        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await AddProjectAsync(connection, scope);
        var seen = await connection.QueryAsync<string>("select name from projects");
        // Whichever way a request ends, the next one must not notice.
        switch (random.Next(10))
        {
            case 0 or 1 or 2:
                Assert.That(async () => await connection.ExecuteAsync("update projects set status = 'broken off'"), Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.CheckViolation));
                break;
            case 3:
                Interlocked.Increment(ref cancelled);
                using (var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(50)))
                    Assert.That(async () => await connection.ExecuteAsync(new CommandDefinition("select count(*) from generate_series(1, 30000) a, generate_series(1, 30000) b", cancellationToken: soon.Token)), Throws.Exception);
                break;
            case 4 or 5 or 6:
                await transaction.CommitAsync(cancellationToken);
                break;
        }

        return seen;
    }

    /// <summary>Rows that lie in another tenant's schema, asked of the tables themselves.</summary>
    public async Task<IReadOnlyList<string>> ListStrayRowsAsync(CancellationToken cancellationToken)
    {
        await using var admin = await Database.OpenAdminAsync(cancellationToken);
        var stray = new List<string>();
        foreach (var (slug, schema) in await SchemasAsync(cancellationToken))
            stray.AddRange(await admin.QueryAsync<string>($"select @slug || ' holds ' || name from {schema}.projects where name <> @slug", new { slug }));
        return stray;
    }

    /// <summary>Each tenant's schema by its slug.</summary>
    public async Task<IReadOnlyDictionary<string, string>> SchemasAsync(CancellationToken cancellationToken)
    {
        await using var admin = await Database.OpenAdminAsync(cancellationToken);
        return (await admin.QueryAsync<(string Slug, string Schema)>("select o.slug, t.schema_name from public.orgs o join public.tenants t using (id)"))
            .ToDictionary(row => row.Slug, row => row.Schema);
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    private static Task<int> AddProjectAsync(TenantConnection connection, TenantScope scope) =>
        connection.ExecuteAsync("insert into projects (id, name, created_by) values (@id, @name, @id)", new { id = Guid.CreateVersion7(), name = scope.Org.Value });
}

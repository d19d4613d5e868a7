using System.Diagnostics;
using System.Net.Http.Json;
using Dapper;
using Npgsql;
using Tenantry.Migrations.Embedded;
using Tenantry.Tests.Embedded;
using Tenantry.Tests.Foundation;
using Tenantry.Tests.Tenancy;

namespace Tenantry.Tests.Reliability;

/// <summary>A server of these tests' own, to be killed, with a proxy in front of it and one service behind that.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly ClusterOnDisk disk = new();
    private readonly List<EmbeddedPostgres> started = [];
    private int orgs;

    public CountingProxy Proxy { get; private set; } = null!;

    public Instances Instances { get; private set; } = null!;

    public HttpClient Client { get; } = new(new SocketsHttpHandler { UseCookies = false }) { Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>The orgs that the test at hand works on.</summary>
    public string[] Loaded { get; set; } = [];

    /// <summary>Where the server keeps its data, and its user may write.</summary>
    public string Folder => disk.Cluster;

    private string Admin => new NpgsqlConnectionStringBuilder(started[0].ConnectionString) { Pooling = false, Options = "-c default_transaction_read_only=off" }.ConnectionString;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await StartServerAsync(cancellationToken);
        // TCP, since what comes by the socket cannot be cut.
        Proxy = new CountingProxy(started[0].ConnectionString);
        // A small pool, and no long wait for it.
        var through = new NpgsqlConnectionStringBuilder(Proxy.ConnectionString) { Timeout = 2 }.ConnectionString;
        Instances = new Instances(("TENANTRY_CONNECTION", through), ("Database__AutoMigrate", "true"), ("ASPNETCORE_ENVIRONMENT", "Development"),
            ("Logging__LogLevel__Default", "None"), ("Logging__LogLevel__Microsoft.Hosting.Lifetime", "Information"), ("Tenancy__DataPoolSize", "4"), ("Tenancy__ControlPoolSize", "4"));
        await Instances.StartAsync(0, cancellationToken);
        using var ada = new HttpClient { BaseAddress = Instances.Address("/") };
        await Answer.ToAsync(ada, HttpMethod.Post, "/api/auth/register", new { email = "ada@example.com", password = TestApp.Password });
        await TestApp.LogInAsync(ada, "ada@example.com", cancellationToken);
        Client.DefaultRequestHeaders.Authorization = ada.DefaultRequestHeaders.Authorization;
    }

    /// <summary>Starts it, also again after it was killed.</summary>
    public async Task StartServerAsync(CancellationToken cancellationToken) => started.Add(await EmbeddedPostgres.StartAsync(
        new EmbeddedPostgresOptions { DataDirectory = disk.Folder, ServerSettings = new Dictionary<string, string> { ["max_connections"] = "40", ["shared_buffers"] = "32MB" } },
        new ClusterOnDisk.Lines(_ => { }), cancellationToken));

    public async Task KillServerAsync(CancellationToken cancellationToken)
    {
        using var server = Process.GetProcessById(disk.ServerProcess!.Value);
        server.Kill();
        await server.WaitForExitAsync(cancellationToken);
    }

    public async Task<string[]> MakeOrgsAsync(int count, CancellationToken cancellationToken)
    {
        var made = Enumerable.Range(0, count).Select(_ => $"org-{++orgs}").ToArray();
        // The first that uses a connection of before the last fault is still told of it.
        foreach (var slug in made)
            await Eventually.HoldsUntilCancelledAsync(async () =>
            {
                using var answer = await Client.PostAsJsonAsync(Instances.Address("/api/orgs"), new { name = slug, slug }, cancellationToken);
                return answer.IsSuccessStatusCode;
            }, cancellationToken);
        return made;
    }

    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => TestDatabase.OpenAsync(Admin, cancellationToken);

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Admin);
        await connection.ExecuteAsync(sql);
    }

    public async Task<T?> AskAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(Admin);
        return await connection.ExecuteScalarAsync<T>(sql, parameters);
    }

    public Task<string?> SchemaOfAsync(string org) => AskAsync<string>("select t.schema_name from public.tenants t join public.orgs o on o.id = t.id where o.slug = @org", new { org });

    public async Task<IReadOnlyCollection<Kept>> ListRowsAsync(IEnumerable<string> slugs)
    {
        var rows = new List<Kept>();
        await using var connection = new NpgsqlConnection(Admin);
        foreach (var org in slugs)
            rows.AddRange((await connection.QueryAsync<(string Name, Guid Id)>($"select name, id from {await SchemaOfAsync(org)}.projects")).Select(row => new Kept(org, row.Name, row.Id)));
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Instances?.Dispose();
        if (Proxy is not null) await Proxy.DisposeAsync();
        foreach (var server in started) await server.DisposeAsync();
        await disk.DisposeAsync();
    }
}

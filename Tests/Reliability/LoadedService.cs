using System.Net.Http.Json;
using Dapper;
using Npgsql;
using Tenantry.Tests.Embedded;
using Tenantry.Tests.Foundation;
using Tenantry.Tests.Tenancy;

namespace Tenantry.Tests.Reliability;

/// <summary>
/// The service as a process of its own on a given server, a caller who is logged in, and orgs to write to while something
/// happens. <c>TENANTRY_RELIABILITY_ROUNDS</c> says how often.
/// </summary>
internal sealed class LoadedService : IDisposable
{
    /// <summary>So many acknowledged writes, that all writers have had some.</summary>
    public const int Some = 30;

    private const string Ada = "ada@example.com";

    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("TENANTRY_RELIABILITY_ROUNDS") is { Length: > 0 } given ? given : "1", null);

    private readonly string admin;
    private readonly HttpClient client;
    private int made;

    /// <param name="service">How the service reaches the server.</param>
    /// <param name="admin">How the test does.</param>
    public LoadedService(string service, string admin)
    {
        this.admin = new NpgsqlConnectionStringBuilder(admin) { Pooling = false, Options = "-c default_transaction_read_only=off" }.ConnectionString;
        Instances = new Instances(("TENANTRY_CONNECTION", service), ("Database__AutoMigrate", "true"), ("ASPNETCORE_ENVIRONMENT", "Development"),
            ("Logging__LogLevel__Default", "None"), ("Logging__LogLevel__Microsoft.Hosting.Lifetime", "Information"), ("Tenancy__DataPoolSize", "4"), ("Tenancy__ControlPoolSize", "4"));
        client = new HttpClient(new LoggedIn(Ada, Instances.Address)) { Timeout = TimeSpan.FromMinutes(2) };
    }

    public Instances Instances { get; }

    /// <summary>The orgs that the test at hand works on.</summary>
    public string[] Orgs { get; private set; } = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Instances.StartAsync(0, cancellationToken);
        using var anyone = new HttpClient { BaseAddress = Instances.Address("/") };
        var registered = await Answer.ToAsync(anyone, HttpMethod.Post, "/api/auth/register", new { email = Ada, password = TestApp.Password });
        Assert.That(registered.Status, Is.EqualTo(202), registered.Code);
    }

    /// <summary>Lets it happen in the midst of a load, and compares what was told with what is kept.</summary>
    /// <param name="fault">What happens; when it returns, nothing is in the way any more.</param>
    /// <param name="allowed">What callers may be told beside that it was done.</param>
    /// <param name="cancellationToken">Fails the test.</param>
    public async Task UnderLoadAsync(Func<Load, Task> fault, string[] allowed, CancellationToken cancellationToken)
    {
        Orgs = await MakeOrgsAsync(3, cancellationToken);
        await using var load = new Load(client, Instances.Address, Orgs);
        for (var round = 0; round < Rounds; round++)
        {
            await load.MoreAsync(Some, cancellationToken);
            await fault(load);
            // It comes back by itself.
            await load.MoreAsync(Some, cancellationToken);
        }

        var attempts = await load.EndAsync(cancellationToken);
        await TestContext.Out.WriteLineAsync($"{attempts.Count} writes, {load.Acknowledged} acknowledged; {string.Join(", ", load.Told.OrderBy(told => told.Key, StringComparer.Ordinal).Select(told => $"{told.Value} × {told.Key}"))}");
        Assert.That(HistoryCheck.ListFaults(attempts, await ListRowsAsync()), Is.Empty);
        Assert.That(load.Told.Keys.Select(told => told[(told.IndexOf(' ', StringComparison.Ordinal) + 1)..]).Distinct(), Is.SubsetOf(["200", "201", .. allowed]));
    }

    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => TestDatabase.OpenAsync(admin, cancellationToken);

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(admin);
        await connection.ExecuteAsync(sql);
    }

    public async Task<T?> AskAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(admin);
        return await connection.ExecuteScalarAsync<T>(sql, parameters);
    }

    public Task<string?> SchemaOfAsync(string org) => AskAsync<string>("select t.schema_name from public.tenants t join public.orgs o on o.id = t.id where o.slug = @org", new { org });

    public void Dispose()
    {
        client.Dispose();
        Instances.Dispose();
    }

    private async Task<string[]> MakeOrgsAsync(int count, CancellationToken cancellationToken)
    {
        var slugs = Enumerable.Range(0, count).Select(_ => $"org-{++made}").ToArray();
        // The first that uses a connection of before the last fault is still told of it.
        foreach (var slug in slugs)
            await Eventually.HoldsUntilCancelledAsync(async () =>
            {
                using var answer = await client.PostAsJsonAsync(Instances.Address("/api/orgs"), new { name = slug, slug }, cancellationToken);
                return answer.IsSuccessStatusCode;
            }, cancellationToken);
        return slugs;
    }

    private async Task<IReadOnlyCollection<Kept>> ListRowsAsync()
    {
        var rows = new List<Kept>();
        await using var connection = new NpgsqlConnection(admin);
        foreach (var org in Orgs)
            rows.AddRange((await connection.QueryAsync<(string Name, Guid Id)>($"select name, id from {await SchemaOfAsync(org)}.projects")).Select(row => new Kept(org, row.Name, row.Id)));
        return rows;
    }
}

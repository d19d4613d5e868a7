using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Dapper;
using Npgsql;
using Tenantry.Migrations.Embedded;
using Tenantry.Migrations.Scripting;
using Tenantry.Tests.Embedded;
using Tenantry.Tests.Foundation;
using Tenantry.Tests.Reliability;

namespace Tenantry.Tests.Soak;

/// <summary>A server and a service of this run's own, its fleet, and the command line beside it. The tenants have one script more than the product, to go back from.</summary>
internal sealed class SoakWorld : IAsyncDisposable
{
    public const int DataPool = 6, ControlPool = 6;
    public const string Admin = "ada@example.com";

    private readonly ClusterOnDisk disk = new();
    private readonly ConcurrentQueue<string> faults = new();
    private readonly ConcurrentDictionary<string, int> done = new();
    private readonly string scripts = Directory.CreateTempSubdirectory("tenantry-soak").FullName;
    private EmbeddedPostgres server = null!;

    public static int Newest { get; } = ScriptSet.Tenant.Newest + 1;

    public Instances Instances { get; private set; } = null!;

    /// <summary>Ada's, who is admin everywhere.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>The fleet as it was at first, of whose orgs each is written to and read all the time.</summary>
    public IReadOnlyList<string> Orgs { get; private set; } = [];

    /// <summary>What was not as it should be, as sentences.</summary>
    public IReadOnlyCollection<string> Faults => faults;

    /// <summary>How often each thing was done.</summary>
    public IReadOnlyDictionary<string, int> Done => done;

    public async Task StartAsync(int tenants, TimeSpan connectionLifetime, CancellationToken cancellationToken)
    {
        foreach (var script in ScriptSet.Tenant.Scripts) await WriteAsync(script.Name, script.Sql, script.DownSql);
        await WriteAsync($"{Newest:0000}_add_notes", "alter table projects add extra text;\ncreate table notes (id uuid primary key);\n", "drop table notes;\nalter table projects drop extra;\n");
        server = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = disk.Folder, ServerSettings = new Dictionary<string, string> { ["max_connections"] = "100", ["shared_buffers"] = "128MB", ["max_locks_per_transaction"] = "256" } },
            new ClusterOnDisk.Lines(_ => { }), cancellationToken);
        Instances = new Instances(("TENANTRY_CONNECTION", server.ConnectionString), ("Scripts__Tenant", scripts), ("Database__AutoMigrate", "true"), ("ASPNETCORE_ENVIRONMENT", "Development"),
            ("Logging__LogLevel__Default", "None"), ("Logging__LogLevel__Microsoft.Hosting.Lifetime", "Information"), ("Provisioning__Warm", "5"),
            ("Tenancy__OldestVersion", $"{Newest - 1}"), ("Tenancy__DataPoolSize", $"{DataPool}"), ("Tenancy__ControlPoolSize", $"{ControlPool}"), ("Tenancy__ConnectionLifetime", connectionLifetime.ToString("c")),
            // One caller does all of it.
            ("Accounts__AccessTokenLifetime", "12:00:00"), ("Limits__UnprovenPerSecond", "100000"), ("Invitations__PerHour", "100000"), ("Invitations__TokensPerMinute", "100000"));
        await Instances.StartAsync(0, cancellationToken);
        Client = await AddPersonAsync(Admin, cancellationToken);
        Orgs = [.. Enumerable.Range(1, tenants).Select(number => $"org-{number}")];
        await Parallel.ForEachAsync(Orgs, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken }, async (slug, token) =>
            Expect(201, await MakeOrgAsync(slug, token), $"org {slug}"));
    }

    /// <summary>A new account with a confirmed address, logged in.</summary>
    public async Task<HttpClient> AddPersonAsync(string email, CancellationToken cancellationToken)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = Instances.Address("/"), Timeout = TimeSpan.FromMinutes(1) };
        await Answer.ToAsync(client, HttpMethod.Post, "/api/auth/register", new { email, password = TestApp.Password });
        await using var admin = await OpenAsync(cancellationToken);
        await admin.ExecuteAsync("update public.users set email_confirmed = true where email = @email", new { email });
        return await TestApp.LogInAsync(client, email, cancellationToken);
    }

    public async Task<int> MakeOrgAsync(string slug, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orgs") { Content = JsonContent.Create(new { name = slug, slug }), Headers = { { "Idempotency-Key", slug } } };
        using var answer = await Client.SendAsync(request, cancellationToken);
        return (int)answer.StatusCode;
    }

    /// <summary>Runs the command line as a process of its own; what ends with another code than 0 is a fault.</summary>
    public async Task RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Repository.BuiltFile("Migrations", "tenantry.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["TENANTRY_CONNECTION"] = server.ConnectionString;
        start.Environment["Scripts__Tenant"] = scripts;
        using var process = Process.Start(start)!;
        var (told, complaint) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode == 0) Count(arguments[0]);
        else faults.Enqueue($"tenantry {string.Join(' ', arguments)} ended with {process.ExitCode}: {await told}{await complaint}");
    }

    public void Count(string what) => done.AddOrUpdate(what, 1, (_, count) => count + 1);

    public void Expect<T>(T expected, T actual, string what)
    {
        if (!Equals(expected, actual)) faults.Enqueue($"{what}: {actual} instead of {expected}");
    }

    /// <summary>Of three orgs one is moved and copied, one taken out of service and back, one joined and left.</summary>
    public static string OrgOf(SoakPart part, int number, int tenants) => $"org-{((number * 3) + (int)part) % (tenants / 3 * 3) + 1}";

    public static bool IsOf(SoakPart part, string org) => (int.Parse(org["org-".Length..], CultureInfo.InvariantCulture) - 1) % 3 == (int)part;

    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => TestDatabase.OpenAsync(server.ConnectionString, cancellationToken);

    /// <summary>The rows of an org's projects; null when there is no such org.</summary>
    public static async Task<IReadOnlyList<Kept>?> FindRowsAsync(NpgsqlConnection admin, string org) =>
        await admin.ExecuteScalarAsync<string>("select t.schema_name from public.tenants t join public.orgs o on o.id = t.id where o.slug = @org", new { org }) is { } schema
            ? [.. (await admin.QueryAsync<(string Name, Guid Id)>($"select name, id from {schema}.projects")).Select(row => new Kept(org, row.Name, row.Id))]
            : null;

    /// <summary>The service's process; null where it cannot be told from others (only Linux tells).</summary>
    public int? FindService() => OperatingSystem.IsLinux()
        ? Process.GetProcessesByName("dotnet").Select(process => process.Id).FirstOrDefault(id => Says(id, "cmdline", "Tenantry.Service.dll") && Says(id, "environ", scripts))
        : null;

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        Instances?.Dispose();
        if (server is not null) await server.DisposeAsync();
        await disk.DisposeAsync();
        Directory.Delete(scripts, recursive: true);
    }

    private static bool Says(int process, string file, string text)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}").Contains(text, StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private async Task WriteAsync(string name, string sql, string? down)
    {
        await File.WriteAllTextAsync(Path.Combine(scripts, name + ".sql"), sql);
        if (down is not null) await File.WriteAllTextAsync(Path.Combine(scripts, name + ".down.sql"), down);
    }
}

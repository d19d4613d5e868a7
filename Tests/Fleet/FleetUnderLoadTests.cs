using System.Diagnostics;
using Dapper;
using Npgsql;
using Tenantry.Migrations.Scripting;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Fleet;

/// <summary>
/// Everything at once: a fleet of which one tenant is broken and another is read for long, two runners of which one is killed,
/// and the API at work on all of it. <c>TENANTRY_TEST_TENANTS</c> says how large the fleet is.
/// </summary>
internal sealed class FleetUnderLoadTests
{
    private const string Broken = "org-37", Read = "org-5";

    private static readonly int Tenants = int.Parse(Environment.GetEnvironmentVariable("TENANTRY_TEST_TENANTS") is { Length: > 0 } given ? given : "60", null);
    private static readonly int Newest = ScriptSet.Tenant.Newest + 1;

    private TestApp app = null!;
    private string folder = null!;

    [SetUp]
    public async Task PrepareAsync()
    {
        app = await TestApp.StartAsync(CancellationToken.None, ("Tenancy:NewestVersion", $"{Newest}"));
        folder = Directory.CreateTempSubdirectory().FullName;
        foreach (var script in ScriptSet.Tenant.Scripts) await File.WriteAllTextAsync(Path.Combine(folder, script.Name + ".sql"), script.Sql);
        await File.WriteAllTextAsync(Path.Combine(folder, $"{Newest:0000}_change.sql"), "alter table projects add extra text;\ncreate table notes (id uuid primary key);\n");
    }

    [TearDown]
    public async Task CleanAsync()
    {
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Test, CancelAfter(600_000)]
    public async Task All_healthy_tenants_are_moved_the_broken_one_is_named_and_nobody_who_reads_is_kept_waiting(CancellationToken cancellationToken)
    {
        using var ada = await app.ClientForAsync("ada@example.com", cancellationToken);
        await using var server = await app.Database.OpenAdminAsync(cancellationToken);
        var adminId = await server.ExecuteScalarAsync<Guid>("select id from public.users");
        await Parallel.ForEachAsync(Enumerable.Range(1, Tenants), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken }, async (number, token) =>
            await app.Database.AddOrgAsync($"org-{number}", adminId, token));
        await server.ExecuteAsync($"create table {await SchemaOfAsync(server, Broken)}.notes (in_the_way integer)");
        await using var longReader = await app.Database.OpenAdminAsync(cancellationToken);
        await using var reading = await longReader.BeginTransactionAsync(cancellationToken);
        await longReader.ExecuteAsync($"select count(*) from {await SchemaOfAsync(server, Read)}.projects");

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var load = Enumerable.Range(0, 3).Select(caller => LoadAsync(ada, caller, over.Token)).ToList();
        using (var killed = Start("migrate", "--parallel", "2"))
        {
            var second = EndAsync(Start("migrate", "--parallel", "2"), cancellationToken);
            for (var done = 0; done < Tenants / 10; done++) await killed.StandardError.ReadLineAsync(cancellationToken);
            killed.Kill();
            // What the killed one had in hand is the other's, so that one run is enough.
            await WaitForAsync(() => CountAsync(server, Tenants - 2), cancellationToken);
            await reading.RollbackAsync(cancellationToken);
            var (exitCode, told) = await second;
            Assert.That(exitCode, Is.EqualTo(1), told);
            var failed = told.Split('\n').Where(line => line.StartsWith("Failed: ", StringComparison.Ordinal)).ToList();
            Assert.That(failed, Has.Exactly(1).Contains($"{Broken} stays at version {Newest - 1}").And.Some.Contains(PostgresErrorCodes.DuplicateTable));
            // The one that is read for long may have run out of attempts, if all the others took longer than those.
            Assert.That(failed.Select(line => line.Split(' ')[1]), Is.SubsetOf(new[] { Broken, Read }));
        }

        await server.ExecuteAsync($"drop table {await SchemaOfAsync(server, Broken)}.notes");
        var (retried, output) = await EndAsync(Start("retry"), cancellationToken);
        Assert.That((retried, await CountAsync(server, Tenants)), Is.EqualTo((0, true)), output);
        await over.CancelAsync();
        var slowest = (await Task.WhenAll(load)).Max();
        await TestContext.Out.WriteLineAsync($"{Tenants} tenants; the slowest of the API's reads took {slowest.TotalMilliseconds:0} ms");

        Assert.That(await server.ExecuteScalarAsync<long>("select count(*) from public.audit_log where action = 'tenant.migrated'"), Is.EqualTo(Tenants), "nobody is moved twice");
        Assert.That(await server.ExecuteScalarAsync<long>($"select count(*) from pg_tables where tablename = 'notes' and schemaname like 't\\_%'"), Is.EqualTo(Tenants));
    }

    // A read that is stuck behind the migration would be stuck until the long reader ends, which waits for the fleet: it times out.
    private static async Task<TimeSpan> LoadAsync(HttpClient ada, int caller, CancellationToken over)
    {
        var slowest = TimeSpan.Zero;
        for (var request = 0; !over.IsCancellationRequested; request++)
        {
            var slug = request % 3 == 0 ? Read : $"org-{((request * 7) + caller) % Tenants + 1}";
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            var started = Stopwatch.GetTimestamp();
            using var answer = await ada.GetAsync($"/api/orgs/{slug}/projects", patience.Token);
            if (Stopwatch.GetElapsedTime(started) is var took && took > slowest) slowest = took;
            Assert.That((int)answer.StatusCode, Is.EqualTo(200), $"{slug}: {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
        }

        return slowest;
    }

    private static Task<string?> SchemaOfAsync(NpgsqlConnection server, string slug) =>
        server.ExecuteScalarAsync<string>("select t.schema_name from public.tenants t join public.orgs o on o.id = t.id where o.slug = @slug", new { slug });

    private static async Task<bool> CountAsync(NpgsqlConnection server, int tenants) =>
        await server.ExecuteScalarAsync<long>("select count(*) from public.tenants where version = @Newest", new { Newest }) >= tenants;

    private static async Task WaitForAsync(Func<Task<bool>> reached, CancellationToken cancellationToken)
    {
        while (!await reached()) await Task.Delay(50, cancellationToken);
    }

    private static async Task<(int ExitCode, string Told)> EndAsync(Process runner, CancellationToken cancellationToken)
    {
        using (runner)
        {
            var told = await runner.StandardError.ReadToEndAsync(cancellationToken);
            await runner.WaitForExitAsync(cancellationToken);
            return (runner.ExitCode, told);
        }
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Repository.BuiltFile("Migrations", "tenantry.dll"), .. arguments]) { RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["TENANTRY_CONNECTION"] = app.Database.AdminConnection;
        start.Environment["Scripts__Tenant"] = folder;
        return Process.Start(start)!;
    }
}

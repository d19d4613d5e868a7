using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Examination;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;
using Tenantry.Tests.Cli;
using Tenantry.Tests.Foundation;
using Tenantry.Tests.Tenancy;

namespace Tenantry.Tests.Pooling;

/// <summary>Behind a pooler that gives each transaction whatever server connection is free.</summary>
internal sealed class PgBouncerTests
{
    private const int ServerConnections = 4;

    [Test, CancelAfter(180_000)]
    public async Task Sixty_four_clients_of_fifty_tenants_see_no_foreign_row(CancellationToken cancellationToken)
    {
        await using var hunt = await LeakHunt.CreateAsync(tenants: 50, cancellationToken);
        await using var pooler = await TestPgBouncer.StartAsync(hunt.Database, ServerConnections, cancellationToken);
        await using var tenants = Open(hunt.Database, pooler);

        var foreign = await hunt.RunAsync(64, 30, (scope, random) => hunt.RequestAsync(tenants, scope, random, cancellationToken), cancellationToken);

        Assert.That(foreign, Is.Empty);
        Assert.That(await hunt.ListStrayRowsAsync(cancellationToken), Is.Empty);
        Assert.That(hunt.Backends, Is.LessThan(32), "64 clients shared few server connections, of which a cancelled command may cost one");
    }

    [Test, CancelAfter(180_000)]
    public async Task The_control_with_a_session_level_path_leaks_through_the_pooler(CancellationToken cancellationToken)
    {
        await using var hunt = await LeakHunt.CreateAsync(tenants: 12, cancellationToken);
        await using var pooler = await TestPgBouncer.StartAsync(hunt.Database, ServerConnections, cancellationToken);
        var schemas = await hunt.SchemasAsync(cancellationToken);
        await using var pool = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(pooler.Through(hunt.Database.AdminConnection)) { Pooling = true, MaxPoolSize = 64 }.ConnectionString);

        var foreign = await hunt.RunAsync(64, 20, async (scope, _) =>
        {
            await using var connection = await pool.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteAsync($"set search_path = {schemas[scope.Org.Value]}");
            try { return await connection.QueryAsync<string>("select name from projects"); }
            // On a server connection that nobody has pointed anywhere yet.
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UndefinedTable) { return [scope.Org.Value]; }
        }, cancellationToken);

        Assert.That(foreign, Is.Not.Empty, "the hunt does not bite");
    }

    [Test, CancelAfter(60_000)]
    public async Task A_client_that_goes_away_in_mid_transaction_leaves_the_server_connection_well(CancellationToken cancellationToken)
    {
        await using var hunt = await LeakHunt.CreateAsync(tenants: 2, cancellationToken);
        await using var pooler = await TestPgBouncer.StartAsync(hunt.Database, 1, cancellationToken);
        await using var tenants = Open(hunt.Database, pooler);
        await using (var gone = NpgsqlDataSource.Create(pooler.Through(hunt.Database.Logins.Data) + ";Pooling=false"))
        {
            var schemas = await hunt.SchemasAsync(cancellationToken);
            await using var raw = await gone.OpenConnectionAsync(cancellationToken);
            await raw.ExecuteAsync($"begin; set role {schemas["tenant-0"]}; set search_path = {schemas["tenant-0"]}; update projects set name = 'x'");
        }

        var foreign = await hunt.RunAsync(2, 10, (scope, random) => hunt.RequestAsync(tenants, scope, random, cancellationToken), cancellationToken);
        Assert.That(foreign, Is.Empty);
    }

    [Test, CancelAfter(60_000)]
    public async Task A_role_that_somebody_left_on_the_only_server_connection_costs_no_request(CancellationToken cancellationToken)
    {
        await using var hunt = await LeakHunt.CreateAsync(tenants: 2, cancellationToken);
        await using var pooler = await TestPgBouncer.StartAsync(hunt.Database, 1, cancellationToken);
        await using var tenants = Open(hunt.Database, pooler);
        var schemas = await hunt.SchemasAsync(cancellationToken);
        await using (var raw = await TestDatabase.OpenAsync(pooler.Through(hunt.Database.Logins.Data), cancellationToken))
            await raw.ExecuteAsync($"set role {schemas["tenant-0"]}; set search_path = {schemas["tenant-0"]}");

        var foreign = await hunt.RunAsync(2, 10, (scope, random) => hunt.RequestAsync(tenants, scope, random, cancellationToken), cancellationToken);
        Assert.That(foreign, Is.Empty);
    }

    [Test, CancelAfter(120_000)]
    public async Task The_whole_service_and_its_migrations_work_through_the_pooler(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        await using var pooler = await TestPgBouncer.StartAsync(database, ServerConnections, cancellationToken);
        await using var app = TestApp.StartOn(database, ("ConnectionStrings:Data", pooler.Through(database.Logins.Data)),
            ("ConnectionStrings:Control", pooler.Through(database.Logins.Control)), ("ConnectionStrings:Owner", pooler.Through(database.Logins.Owner)));
        using var ada = await app.ClientForAsync("ada@example.com", cancellationToken);
        await TestApp.MakeOrgAsync(ada, "acme", cancellationToken);
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Post, "/api/orgs/acme/projects", new { name = "x" })).Status, Is.EqualTo(201));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/acme/projects")).Json.GetProperty("items").GetArrayLength(), Is.EqualTo(1));
    }

    [Test, CancelAfter(120_000)]
    public async Task Doctor_sees_the_pooler_and_names_what_it_forbids(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        await using var pooler = await TestPgBouncer.StartAsync(database, ServerConnections, cancellationToken);
        var clean = await CliRun.RunAsync(pooler.Through(database.AdminConnection), "doctor", "--json");
        Assert.That(StatusOf(clean, "connection.pooler"), Is.EqualTo(Finding.WarnStatus), clean.Out + clean.Err);
        Assert.That(clean.ExitCode, Is.Zero, clean.Out);

        var prepared = await CliRun.RunAsync(pooler.Through(database.AdminConnection) + ";Max Auto Prepare=20", "doctor", "--json");
        Assert.That(StatusOf(prepared, "connection.prepared"), Is.EqualTo(Finding.FailStatus), prepared.Out);
        Assert.That(prepared.ExitCode, Is.EqualTo(1));

        static string? StatusOf(CliRun run, string check) => run.Json.GetProperty("checks").EnumerateArray()
            .Where(finding => finding.GetProperty("check").GetString() == check).Select(finding => finding.GetProperty("status").GetString()).SingleOrDefault();
    }

    [Test, CancelAfter(60_000)]
    public async Task A_service_that_prepares_statements_behind_the_pooler_does_not_start(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        await using var pooler = await TestPgBouncer.StartAsync(database, ServerConnections, cancellationToken);
        async Task Require(string setting)
        {
            await using var opened = await TenantryDatabase.ConnectAsync(new DatabaseOptions { Connection = pooler.Through(database.AdminConnection) + setting }, new Progress<string>(), cancellationToken);
            await opened.RequireIsolationAsync(0, ScriptSet.Tenant.Newest, new Progress<string>(), cancellationToken);
        }

        Assert.That(() => Require(""), Throws.Nothing);
        Assert.That(() => Require(";Max Auto Prepare=20"), Throws.InstanceOf<DatabaseConfigurationException>().With.Message.Contains("connection.prepared"));
    }

    private static TenantDatabase Open(TestDatabase database, TestPgBouncer pooler)
    {
        var options = database.Options();
        (options.DataConnection, options.DataPoolSize, options.MaxAutoPrepare) = (pooler.Through(options.DataConnection), 64, 0);
        return new TenantDatabase(options);
    }
}

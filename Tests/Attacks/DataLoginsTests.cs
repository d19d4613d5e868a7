using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;
using Tenantry.Tests.Cli;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Attacks;

/// <summary>A login for each tenant: what it closes on a server whose built-in functions stay open to all, and that it works.</summary>
internal sealed class DataLoginsTests
{
    private const string Hop = "select set_config('role', '{victim}', true) || query_to_xml('select name from {victim}.projects', true, true, '')::text";

    [Test, CancelAfter(60_000)]
    public async Task On_a_managed_server_an_expression_hops_by_the_shared_login_and_not_by_a_tenants_own([Values] DataLogins logins, CancellationToken cancellationToken)
    {
        await using var attacked = await AttackedDatabase.CreateAsync(await TestDatabase.CreateManagedAsync(logins, cancellationToken), cancellationToken);
        var seen = await Attack.RunAsync(attacked.Tenants, attacked.Attacker, attacked.Fill(Hop), Attack.Parameters.None, inTransaction: false, cancellationToken);
        Assert.That(AttackedDatabase.SecretsIn(seen), logins == DataLogins.Shared ? Is.Not.Empty : Is.Empty, seen);
        if (logins == DataLogins.PerTenant) Assert.That(seen, Does.Contain(PostgresErrorCodes.InsufficientPrivilege));
    }

    [Test, CancelAfter(60_000)]
    public async Task On_a_managed_server_the_service_starts_only_with_a_login_for_each_tenant([Values] DataLogins logins, CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateManagedAsync(logins, cancellationToken);
        await database.AddTenantAsync("acme", cancellationToken);
        var told = new List<string>();
        Task Require() => database.Database.RequireIsolationAsync(0, ScriptSet.Tenant.Newest, new Telling(told), cancellationToken);
        if (logins == DataLogins.Shared)
        {
            Assert.That(Require, Throws.InstanceOf<DatabaseConfigurationException>().With.Message.Contains("public.functions").And.Message.Contains("PerTenant"));
            return;
        }

        await Require();
        Assert.That(told, Has.Some.Contains("public.functions").And.Some.Contains("public.languages"));
    }

    [Test, CancelAfter(60_000)]
    public async Task A_command_comes_by_the_tenants_own_login_and_runs_in_its_role(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(DataLogins.PerTenant, cancellationToken);
        var acme = await database.AddTenantAsync("acme", cancellationToken);
        await using var tenants = new TenantDatabase(database.Options());
        await using var connection = tenants.CreateConnection(acme);
        var (session, role) = await connection.QuerySingleAsync<(string, string)>("select session_user::text, current_user::text");
        Assert.That((session, role), Is.EqualTo((SchemaName.Parse(role).Login, role)));

        await using var admin = await database.OpenAdminAsync(cancellationToken);
        Assert.That(await admin.QueryAsync<string>("select g.rolname from pg_auth_members m join pg_roles g on g.oid = m.roleid join pg_roles l on l.oid = m.member where l.rolname = @session", new { session }),
            Is.EquivalentTo([role, new NpgsqlConnectionStringBuilder(database.AdminConnection).Database + "_tenants"]));
    }

    [Test, CancelAfter(60_000)]
    public async Task Statements_lock_waits_and_idle_transactions_end_by_either_kind_of_login([Values] DataLogins logins, CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(logins, cancellationToken);
        var acme = await database.AddTenantAsync("acme", cancellationToken);
        await using var tenants = new TenantDatabase(database.Options());
        await using var connection = tenants.CreateConnection(acme);
        Assert.That(await connection.QuerySingleAsync<(string, string, string)>(
            "select current_setting('statement_timeout'), current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout')"), Is.EqualTo(("30s", "5s", "30s")));
    }

    [Test, CancelAfter(120_000)]
    public async Task The_service_works_and_what_changes_an_org_counts_from_the_next_request_on(CancellationToken cancellationToken)
    {
        await using var app = await TestApp.StartAsync(cancellationToken, ("Tenancy:DataLogins", "PerTenant"));
        using var ada = await app.ClientForAsync("ada@example.com", cancellationToken);
        using var grace = await app.ClientForAsync("grace@example.com", cancellationToken);
        await TestApp.MakeOrgAsync(ada, "acme", cancellationToken);
        await TestApp.MakeOrgAsync(grace, "globex", cancellationToken);
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Post, "/api/orgs/acme/projects", new { name = "x" })).Status, Is.EqualTo(201));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/acme/projects")).Json.GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        Assert.That((await Answer.ToAsync(grace, HttpMethod.Get, "/api/orgs/acme/projects")).Code, Is.EqualTo("org.not_found"));
        Assert.That((await Answer.ToAsync(grace, HttpMethod.Get, "/api/orgs/globex/projects")).Json.GetProperty("items").GetArrayLength(), Is.Zero);

        await using var admin = await app.Database.OpenAdminAsync(cancellationToken);
        // As if a slug had been given up and taken by another org within the minute for which it is remembered.
        await admin.ExecuteAsync("update public.orgs set slug = 'former' where slug = 'acme'; update public.orgs set slug = 'acme' where slug = 'globex'");
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/acme/projects")).Code, Is.EqualTo("org.not_found"));
        Assert.That((await Answer.ToAsync(grace, HttpMethod.Get, "/api/orgs/acme/projects")).Json.GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/former/projects")).Json.GetProperty("items").GetArrayLength(), Is.EqualTo(1));

        await admin.ExecuteAsync("update public.tenants set state = 'suspended' where id = (select id from public.orgs where slug = 'former')");
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/former/projects")).Code, Is.EqualTo("org.suspended"));
        await admin.ExecuteAsync("update public.tenants set state = 'active'; delete from public.memberships where org_id = (select id from public.orgs where slug = 'former')");
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/former/projects")).Code, Is.EqualTo("org.not_found"));
    }

    [Test, CancelAfter(120_000)]
    public async Task More_tenants_than_pools_are_served_and_connections_stay_bounded(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(DataLogins.PerTenant, cancellationToken);
        var scopes = new List<TenantScope>();
        for (var i = 0; i < 8; i++) scopes.Add(await database.AddTenantAsync($"org-{i}", cancellationToken));
        var options = database.Options();
        (options.TenantPools, options.TenantPoolSize) = (3, 2);
        await using var tenants = new TenantDatabase(options);
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 12, CancellationToken = cancellationToken }, async (i, _) =>
        {
            var scope = scopes[i % scopes.Count];
            await using var connection = tenants.CreateConnection(scope);
            Assert.That(await connection.QuerySingleAsync<string>("select session_user::text"), Does.StartWith("l_"));
        });

        await using var admin = await database.OpenAdminAsync(cancellationToken);
        Assert.That(await admin.ExecuteScalarAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and usename like 'l\\_%'"), Is.LessThanOrEqualTo(3 * 2));
    }

    [Test, CancelAfter(60_000)]
    public async Task Turned_on_later_it_gives_every_tenant_a_login_and_so_does_another_key(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        var acme = await database.AddTenantAsync("acme", cancellationToken);
        await using var later = await TenantryDatabase.OpenAsync(
            new DatabaseOptions { Connection = database.AdminConnection, DataLogins = DataLogins.PerTenant }, new Progress<string>(), cancellationToken);
        var options = database.Options();
        options.DataLogins = DataLogins.PerTenant;
        await using var tenants = new TenantDatabase(options);
        async Task<string> Query()
        {
            await using var connection = tenants.CreateConnection(acme);
            return await connection.QuerySingleAsync<string>("select session_user::text");
        }

        Assert.That(Query, Throws.InstanceOf<NpgsqlException>(), "it has no login yet");
        Assert.That(await later.TenantLogins!.CountMissingAsync(later.Owner, cancellationToken), Is.EqualTo(1));
        var told = new List<string>();
        await later.RequireIsolationAsync(0, ScriptSet.Tenant.Newest, new Telling(told), cancellationToken);
        Assert.That(told, Has.One.Contains("1 tenants have no login of their own"));
        await later.MigrateSharedAsync(new Progress<string>(), cancellationToken);
        Assert.That(await Query(), Does.StartWith("l_"));
        Assert.That(await later.TenantLogins!.EnsureAsync(later.Owner, cancellationToken), Is.Zero);

        var rekeyed = new Migrations.Provisioning.TenantLogins(new NpgsqlConnectionStringBuilder(options.DataConnection) { Password = "another" }.ConnectionString);
        Assert.That(await rekeyed.EnsureAsync(later.Owner, cancellationToken), Is.EqualTo(1));
    }

    [Test]
    public async Task Doctor_and_drop_know_of_a_tenants_login()
    {
        await using var database = await TestDatabase.CreateAsync(DataLogins.PerTenant, CancellationToken.None);
        await database.AddTenantAsync("acme", CancellationToken.None);
        var doctor = await CliRun.RunAsync(database, "doctor", "--json");
        Assert.That(doctor.ExitCode, Is.Zero, doctor.Out);
        Assert.That((await CliRun.RunAsync(database, "drop", "acme", "--now", "-y", "--confirm", "acme")).ExitCode, Is.Zero);
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        Assert.That(await admin.ExecuteScalarAsync<long>("select count(*) from pg_auth_members m join pg_roles g on g.oid = m.roleid where g.rolname = current_database() || '_tenants' and m.member in (select oid from pg_roles where rolname like 'l\\_%')"), Is.Zero);
    }

    [Test]
    public void What_it_needs_and_may_be_is_said()
    {
        Assert.That(() => new Migrations.Provisioning.TenantLogins("Host=x;Username=y"), Throws.InstanceOf<DatabaseConfigurationException>().With.Message.Contains("password"));
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager { ["Tenancy:DataLogins"] = "Both" };
        Assert.That(() => DatabaseConfiguration.Read(configuration), Throws.InstanceOf<DatabaseConfigurationException>().With.Message.Contains("Shared or PerTenant"));
    }

    private sealed class Telling(List<string> told) : IProgress<string>
    {
        public void Report(string value) => told.Add(value);
    }
}

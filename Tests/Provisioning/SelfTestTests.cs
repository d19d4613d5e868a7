using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Hosting;
using Tenantry.Migrations.Scripting;
using Tenantry.Tests.Faults;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Provisioning;

/// <summary>A service refuses to start on a database that would not keep tenants apart, and says how to mend it.</summary>
internal sealed class SelfTestTests
{
    private TestDatabase database = null!;

    [SetUp]
    public async Task PrepareAsync()
    {
        database = await TestDatabase.CreateAsync(CancellationToken.None);
        await database.AddTenantAsync("acme", CancellationToken.None);
    }

    [TearDown]
    public async Task CleanAsync() => await database.DisposeAsync();

    [Test]
    public async Task A_sound_database_passes_and_nothing_is_left_by_the_test()
    {
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        const string everything = "select string_agg(oid::text || coalesce(relacl::text, ''), ',' order by oid) from pg_class";
        var before = await admin.ExecuteScalarAsync<string>(everything);
        Assert.That(async () => await RequireAsync(), Throws.Nothing);
        Assert.That(await admin.ExecuteScalarAsync<string>(everything), Is.EqualTo(before));
    }

    [TestCase("grant select on public.users to {db}_data", "data.reads")]
    [TestCase("grant usage on schema {schema} to {db}_data; grant select on {schema}.projects to {db}_data", "data.reads")]
    [TestCase("alter table public.orgs owner to {db}_data", "data.owns")]
    [TestCase("grant {db}_owner to {db}_data", "roles.memberships")]
    [TestCase("grant {a} to {b}", "roles.memberships")]
    [TestCase("grant {a} to {db}_control", "roles.memberships")]
    [TestCase("alter role {db}_data superuser", "roles.attributes")]
    [TestCase("alter role {db}_data bypassrls", "roles.attributes")]
    [TestCase("grant temporary on database {db} to public", "public.database")]
    [TestCase("grant create on schema public to public", "public.schemas")]
    [TestCase("grant execute on function pg_catalog.set_config(text, text, boolean) to public", "public.functions")]
    [TestCase("grant execute on function pg_catalog.query_to_xml(text, boolean, boolean, text) to public", "public.functions")]
    [TestCase("grant usage on language plpgsql to public", "public.languages")]
    [TestCase("delete from public.migration_journal where name = '0004_create_entry'", "shared.version")]
    [TestCase("update public.tenants set version = 999", "tenants.range")]
    [TestCase("delete from public.canaries", "isolation.canaries")]
    [TestCase("revoke select on {a}.canary from {a}", "isolation.canaries")]
    [TestCase("revoke execute on function tenancy.enter(text, uuid, text, uuid, boolean, integer, integer) from {db}_data", "isolation.canaries")]
    public async Task A_fault_stops_the_service_with_a_line_that_names_it(string fault, string check)
    {
        await SpoilAsync(fault);
        var stopped = Assert.ThrowsAsync<DatabaseConfigurationException>(RequireAsync);
        Assert.That(stopped!.Message, Does.Contain(check).And.Not.Contain("\n"));
        Assert.That(stopped.Message, Does.Match(@"\. [A-Z].+\."), "it says what to do");
    }

    // What the catalog's questions do not see, the attempt does.
    [TestCase("grant usage on schema {b} to {a}; grant select on {b}.canary to {a}", "a canary reads another's table")]
    [TestCase("grant usage on schema {a} to {b}; grant select on {a}.canary to {b}", "a canary reads another's table")]
    [TestCase("grant usage on schema {b} to {a}; grant insert on {b}.canary to {a}", "a canary writes to another's table")]
    [TestCase("grant create on schema {a} to {a}", "a canary makes tables")]
    [TestCase("grant temporary on database {db} to {a}", "a canary makes temporary tables")]
    [TestCase("grant usage on schema public to {a}; grant select (email) on public.users to {a}", "a canary reads public.users")]
    // Not there is not refused.
    [TestCase("grant usage on schema public to {a}; alter table public.users rename to people", "a canary reads public.users, or so it seems (42P01)")]
    [TestCase("create or replace function tenancy.enter(read_only text, session_id uuid, org_slug text, org_id uuid, admin_required boolean, oldest integer, newest integer, out schema_name text, out path text, out limits text) language sql as 'select null, null, null'", "the entry function does not refuse")]
    public async Task What_a_canary_may_and_should_not_stops_the_service(string fault, string words)
    {
        await SpoilAsync(fault);
        Assert.That(RequireAsync, Throws.InstanceOf<DatabaseConfigurationException>().With.Message.Contains(words));
    }

    [Test]
    public async Task One_tenant_out_of_range_is_told_and_stops_nothing()
    {
        await database.AddTenantAsync("behind", CancellationToken.None);
        await SpoilAsync("update public.tenants set version = 1 where id = (select id from public.orgs where slug = 'behind')");
        var told = new List<string>();
        await RequireAsync(told);
        Assert.That(told, Has.One.Contains("1 of 2 tenants"));
    }

    private Task RequireAsync() => RequireAsync([]);

    private Task RequireAsync(List<string> told) => database.Database.RequireIsolationAsync(
        ScriptSet.Tenant.Newest, ScriptSet.Tenant.Newest, new Telling(told), CancellationToken.None);

    [Test]
    public async Task Memberships_that_pass_rights_by_themselves_stop_the_service()
    {
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        // From 16 on each membership speaks for itself; before, the login's INHERIT speaks for all.
        var perMembership = admin.PostgreSqlVersion.Major >= 16;
        await SpoilAsync(perMembership ? "grant {a} to {db}_data with inherit true" : "alter role {db}_data inherit");
        Assert.That(RequireAsync, Throws.InstanceOf<DatabaseConfigurationException>().With.Message.Contains(perMembership ? "inherits the rights of" : "INHERIT"));
    }

    [TestCase("Search Path=public")]
    [TestCase("Options=-c statement_timeout=0")]
    [TestCase("No Reset On Close=true")]
    public async Task A_connection_string_that_sets_session_state_stops_the_service(string setting)
    {
        await using var opened = await TenantryDatabase.ConnectAsync(new DatabaseOptions { Connection = $"{database.AdminConnection};{setting}" }, new Telling([]), CancellationToken.None);
        Assert.That(async () => await opened.RequireIsolationAsync(0, ScriptSet.Tenant.Newest, new Telling([]), CancellationToken.None),
            Throws.InstanceOf<DatabaseConfigurationException>().With.Message.Contains("connection.strings").And.Message.Contains("Data has " + setting.Split('=')[0]));
    }

    [Test, CancelAfter(60_000)]
    public async Task The_process_ends_with_2_and_one_line(CancellationToken cancellationToken)
    {
        await SpoilAsync("grant select on public.users to {db}_data");
        using var service = ServiceProcess.Start(("TENANTRY_CONNECTION", database.AdminConnection), ("ASPNETCORE_ENVIRONMENT", "Production"));
        await service.WaitForExitAsync(cancellationToken);
        Assert.That(service.ExitCode, Is.EqualTo(2));
        Assert.That((await service.StandardError.ReadToEndAsync(cancellationToken)).Trim().Split('\n'), Is.EqualTo((string[])[
            "tenantry: The self-test stopped the service: public.users (data.reads). Revoke it: revoke all on <table> from <data login>, public. `tenantry doctor` tells more."]));
    }

    private async Task SpoilAsync(string fault)
    {
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        var canaries = (await admin.QueryAsync<string>("select schema_name from public.canaries order by 1")).AsList();
        var schema = await admin.ExecuteScalarAsync<string>("select schema_name from public.tenants");
        await admin.ExecuteAsync(fault
            .Replace("{db}", new NpgsqlConnectionStringBuilder(database.AdminConnection).Database, StringComparison.Ordinal)
            .Replace("{schema}", schema, StringComparison.Ordinal)
            .Replace("{a}", canaries[0], StringComparison.Ordinal).Replace("{b}", canaries[1], StringComparison.Ordinal));
    }

    private sealed class Telling(List<string> told) : IProgress<string>
    {
        public void Report(string value) => told.Add(value);
    }
}

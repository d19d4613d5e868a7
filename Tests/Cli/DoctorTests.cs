namespace Tenantry.Tests.Cli;

/// <summary>doctor: clean on a prepared database, and each fault put there is found and named.</summary>
internal sealed class DoctorTests : CliFixture
{
    [Test]
    public async Task A_prepared_database_has_nothing_wrong()
    {
        await RunAsync("seed");
        var run = await RunAsync("doctor", "--json");
        Assert.That(run.Json.GetProperty("failed").GetInt32(), Is.Zero, run.Out);
        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Json.GetProperty("checks").GetArrayLength(), Is.GreaterThan(20));
    }

    [TestCase("grant create on schema public to public", "public.schemas")]
    [TestCase("grant usage on schema tenancy to public", "public.schemas")]
    [TestCase("grant temporary on database {db} to public", "public.database")]
    [TestCase("grant select on public.orgs to {db}_data", "data.reads")]
    [TestCase("grant select (email) on public.users to {db}_data", "data.reads")]
    [TestCase("grant select on public.orgs to public", "public.tables")]
    [TestCase("create table public.theirs (id integer); alter table public.theirs owner to {db}_data", "data.owns")]
    [TestCase("grant update on public.audit_log to {db}_control", "control.audit_log")]
    [TestCase("alter table public.audit_log disable trigger audit_log_append_only", "control.audit_log")]
    [TestCase("grant execute on function pg_catalog.set_config(text, text, boolean) to public", "public.functions")]
    [TestCase("create function public.leak() returns integer language sql as 'select 1'", "public.own_functions")]
    [TestCase("alter role {db}_data createrole", "roles.attributes")]
    [TestCase("alter role {db}_control inherit", "roles.attributes")]
    [TestCase("grant {db}_owner to {db}_data", "roles.memberships")]
    [TestCase("grant usage on schema {schema} to {db}_control", "tenants.grants")]
    [TestCase("grant select on {schema}.projects to public", "tenants.grants")]
    [TestCase("alter role {schema} login", "roles.tenants")]
    [TestCase("update public.tenants set last_error = 'x'", "tenants.failed")]
    [TestCase("update public.tenants set version = 9", "tenants.ahead")]
    [TestCase("delete from public.migration_journal where name = '0004_create_entry'", "shared.version")]
    [TestCase("alter role {db}_control nologin", "login.control")]
    public async Task A_fault_is_found_named_and_comes_with_how_to_mend_it(string fault, string check)
    {
        var schema = await CreateSchemaAsync("acme");
        var name = new Npgsql.NpgsqlConnectionStringBuilder(Database.AdminConnection).Database;
        await AdminAsync(fault.Replace("{db}", name).Replace("{schema}", schema));

        var run = await RunAsync("doctor", "--json");
        var failed = run.Json.GetProperty("checks").EnumerateArray().Where(finding => finding.GetProperty("status").GetString() == "fail").ToList();
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Out);
        Assert.That(failed.Select(finding => finding.GetProperty("check").GetString()), Does.Contain(check));
        Assert.That(failed.Select(finding => finding.GetProperty("mend").GetString()), Is.All.Not.Empty);
    }

    [Test]
    public async Task A_tenant_behind_is_a_warning()
    {
        await SetBackAsync(await CreateSchemaAsync("acme"));
        var run = await RunAsync("doctor");
        Assert.That(run.ExitCode, Is.Zero, run.Out);
        Assert.That(run.Out, Does.Contain("warn").And.Contain("1 tenants are behind").And.Contain("tenantry migrate"));
    }

    [TestCase("Search Path=public")]
    [TestCase("Options=-c statement_timeout=0")]
    [TestCase("No Reset On Close=true")]
    public async Task A_connection_string_that_sets_session_state_is_named_wrong(string setting)
    {
        var run = await CliRun.RunAsync($"{Database.AdminConnection};{setting}", "doctor");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Out, Does.Contain("Data has " + setting.Split('=')[0]));
    }
}

using Dapper;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Scripting;
using Tenantry.Tests.Embedded;

namespace Tenantry.Tests.Cli;

/// <summary>drift: each kind of difference is found and named, tenants with the same one together, and what is as it should be is silent.</summary>
internal sealed class DriftTests : CliFixture
{
    [Test]
    public async Task Tenants_as_the_scripts_make_them_differ_in_nothing_whatever_their_version()
    {
        await CreateSchemaAsync("org-a");
        await SetBackAsync(await CreateSchemaAsync("org-b"));
        var run = await RunAsync("drift", "--json");
        Assert.That((run.ExitCode, run.Json.GetProperty("examined").GetInt32(), run.Json.GetProperty("drifted").GetInt32()), Is.EqualTo((0, 2, 0)), run.Out);
        Assert.That(await AdminAsync<long>("select count(*) from pg_namespace where nspname like 't\\_%'"), Is.EqualTo(4), "two orgs and the canaries: the reference is gone");
    }

    [TestCase("alter table {s}.projects add extra text", "extra", "column projects.extra text")]
    [TestCase("alter table {s}.projects drop column description", "missing", "column projects.description text not null default ''::text")]
    [TestCase("alter table {s}.projects alter column revision set default 7", "extra", "column projects.revision integer not null default 7")]
    [TestCase("alter table {s}.projects drop constraint projects_status_check", "missing", "constraint projects.projects_status_check")]
    [TestCase("drop index {s}.tasks_project_id", "missing", "CREATE INDEX tasks_project_id ON tasks")]
    [TestCase("create index by_name on {s}.projects (name)", "extra", "CREATE INDEX by_name ON projects")]
    [TestCase("revoke delete on {s}.tasks from {s}", "missing", "grant DELETE on tasks to tenant")]
    [TestCase("grant select on {s}.tasks to public", "extra", "grant SELECT on tasks to public")]
    [TestCase("create view {s}.v as select 1 as one", "extra", "view v")]
    [TestCase("create function {s}.f() returns int language sql as 'select 1'", "extra", "CREATE OR REPLACE FUNCTION f()")]
    [TestCase("create function {s}.f() returns trigger language plpgsql as 'begin return new; end'; create trigger tr before insert on {s}.tasks for each row execute function {s}.f()", "extra", "CREATE TRIGGER tr BEFORE INSERT ON tasks")]
    public async Task A_difference_is_named(string sql, string list, string line)
    {
        await CreateSchemaAsync("org-a");
        await AdminAsync(sql.Replace("{s}", await CreateSchemaAsync("org-b")));
        var run = await RunAsync("drift", "--json");
        var group = run.Json.GetProperty("groups").EnumerateArray().Single();
        Assert.That((run.ExitCode, group.GetProperty("tenants")[0].GetString()), Is.EqualTo((1, "org-b")));
        Assert.That(group.GetProperty(list).EnumerateArray().Select(one => one.GetString()), Has.Some.StartsWith(line), run.Out);
    }

    [Test]
    public async Task Tenants_with_the_same_difference_are_one_group()
    {
        foreach (var slug in (string[])["org-a", "org-b", "org-c"]) await AdminAsync($"alter table {await CreateSchemaAsync(slug)}.projects add {(slug == "org-c" ? "other" : "extra")} text");
        var groups = (await RunAsync("drift", "--json")).Json.GetProperty("groups").EnumerateArray().ToList();
        Assert.That(groups.Select(group => group.GetProperty("tenants").GetArrayLength()), Is.EqualTo(new[] { 2, 1 }));
        Assert.That((await RunAsync("drift", "org-c", "--json")).Json.GetProperty("drifted").GetInt32(), Is.EqualTo(1));
        Assert.That((await RunAsync("drift")).Out, Does.Contain($"2 tenants at version {ScriptSet.Tenant.Newest}: org-a, org-b").And.Contain("extra: column projects.extra text"));
    }

    [Test]
    public async Task What_drift_found_stands_in_status_until_it_looks_again()
    {
        await CreateSchemaAsync("org-a");
        var schema = await CreateSchemaAsync("org-b");
        await AdminAsync($"alter table {schema}.projects add extra text");
        Assert.That((await RunAsync("status", "--json")).Json.GetProperty("drifted").GetArrayLength(), Is.Zero, "nobody has looked");
        await RunAsync("drift");
        var seen = await RunAsync("status", "--json");
        Assert.That((seen.ExitCode, seen.Json.GetProperty("drifted").EnumerateArray().Single().GetProperty("slug").GetString()), Is.EqualTo((1, "org-b")));
        Assert.That((await RunAsync("status")).Out, Does.Contain("1 had drifted"));

        await AdminAsync($"alter table {schema}.projects drop column extra");
        await RunAsync("drift", "org-b");
        Assert.That((await RunAsync("status")).ExitCode, Is.Zero);
    }

    [Test]
    public async Task Who_is_migrated_rolled_back_or_erased_while_it_looks_has_not_drifted()
    {
        var schemas = new List<string>();
        foreach (var slug in (string[])["org-a", "org-b", "org-c", "org-d"]) schemas.Add(await CreateSchemaAsync(slug));
        await SetBackAsync(schemas[1]);
        // As they were when it began.
        var tenants = await new TenantRegistry(Database.Database.Owner).ListAsync(null, CancellationToken.None);
        await SetBackAsync(schemas[0]);
        await RunAsync("migrate", "org-b");
        await RunAsync("drop", "org-c", "--now", "-y", "--confirm", "org-c");
        await AdminAsync($"alter table {schemas[3]}.projects add extra text");

        var found = await new DriftExaminer(Database.Database.Owner, ScriptSet.Tenant).ExamineAsync(tenants, CancellationToken.None);
        Assert.That(found.SelectMany(group => group.Slugs), Is.EqualTo(new[] { "org-d" }));
        Assert.That(await AdminAsync<string>("select string_agg(o.slug, ' ') from public.tenants t join public.orgs o on o.id = t.id where t.drifted"), Is.EqualTo("org-d"), "nor does the registry say so");
    }

    [Test]
    public async Task Who_seems_to_have_drifted_is_waited_for_until_the_migration_in_hand_is_over()
    {
        var schema = await CreateSchemaAsync("org-a");
        var tenants = await new TenantRegistry(Database.Database.Owner).ListAsync(null, CancellationToken.None);
        await AdminAsync($"alter table {schema}.projects add extra text");
        await using var runner = await Database.OpenAdminAsync(CancellationToken.None);
        await using (var moving = await runner.BeginTransactionAsync())
        {
            await runner.ExecuteAsync($"select pg_advisory_xact_lock(hashtextextended('tenantry {schema}', 0))");
            var examining = new DriftExaminer(Database.Database.Owner, ScriptSet.Tenant).ExamineAsync(tenants, CancellationToken.None);
            await Eventually.HoldsAsync(async () => await AdminAsync<bool>("select exists (select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database()))"));
            await runner.ExecuteAsync($"alter table {schema}.projects drop column extra");
            await moving.CommitAsync();
            Assert.That(await examining, Is.Empty);
        }
    }
}

using Dapper;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Provisioning;

/// <summary>Scripts on tenants that exist: the traps of DbUp and what one tenant does to another.</summary>
internal sealed class MigrationTests
{
    private TestDatabase database = null!;
    private Guid admin;

    [SetUp]
    public async Task PrepareAsync()
    {
        database = await TestDatabase.CreateAsync(CancellationToken.None);
        admin = await database.AddUserAsync("ada@example.com", CancellationToken.None);
    }

    [TearDown]
    public async Task CleanAsync() => await database.DisposeAsync();

    [Test]
    public async Task A_new_script_runs_in_every_tenant_and_in_no_other_schema()
    {
        var schemas = await AddOrgsAsync(3);
        var report = await MigrateAsync(With("create table notes (id uuid primary key, body text not null);"));

        Assert.That(report.Migrated, Has.Count.EqualTo(3));
        await using var server = await database.OpenAdminAsync(CancellationToken.None);
        Assert.That(await server.QueryAsync<string>("select schemaname from pg_tables where tablename = 'notes' order by 1"), Is.EqualTo(schemas.Order()));
        Assert.That((await MigrateAsync(With("create table notes (id uuid primary key, body text not null);"))).Migrated, Is.Empty, "a second run finds nothing to do");
    }

    [Test]
    public async Task One_broken_tenant_stays_where_it_was_and_stops_no_other()
    {
        var schemas = await AddOrgsAsync(5);
        await using (var server = await database.OpenAdminAsync(CancellationToken.None))
            await server.ExecuteAsync($"create table {schemas[2]}.notes (in_the_way int)");

        var report = await MigrateAsync(With("alter table projects add extra text; create table notes (id uuid primary key);"));

        Assert.That(report.Migrated, Has.Count.EqualTo(4));
        var failed = report.Failed.Single();
        Assert.That((failed.Slug, failed.Script), Is.EqualTo(("org-2", "0099_change")));
        Assert.That(failed.Error, Does.Contain("line 1").And.Contain("create table notes").And.Contain("42P07"));
        await using var after = await database.OpenAdminAsync(CancellationToken.None);
        Assert.That(await after.ExecuteScalarAsync<string>("select last_error from public.tenants where version = @newest", new { newest = ScriptSet.Tenant.Newest }), Is.EqualTo(failed.Error));
        Assert.That(await after.ExecuteScalarAsync<long>("select count(*) from information_schema.columns where column_name = 'extra'"), Is.EqualTo(4), "the first half of the script was undone");

        await after.ExecuteAsync($"drop table {schemas[2]}.notes");
        Assert.That((await MigrateAsync(With("alter table projects add extra text; create table notes (id uuid primary key);"))).Migrated.Single().Slug, Is.EqualTo("org-2"));
    }

    [Test]
    public async Task Four_runners_at_once_all_succeed_and_each_script_runs_once()
    {
        await AddOrgsAsync(4);
        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => MigrateAsync(With("create table notes (id uuid primary key);"))));
        Assert.That(reports.SelectMany(report => report.Failed), Is.Empty);
    }

    [Test]
    public async Task An_edited_script_stops_the_run_and_is_named()
    {
        await AddOrgsAsync(1);
        await MigrateAsync(With("create table notes (id uuid primary key);"));
        Assert.That(async () => await MigrateAsync(With("create table notes (id uuid primary key, edited text);")),
            Throws.InstanceOf<MigrationFailedException>().With.Message.Contains("0099_change").And.Message.Contains("edited"));
    }

    [Test]
    public async Task A_journal_in_public_that_claims_the_scripts_ran_fools_nobody()
    {
        await using (var server = await database.OpenAdminAsync(CancellationToken.None))
            foreach (var script in ScriptSet.Tenant.Scripts)
                await server.ExecuteAsync("insert into public.migration_journal (name, checksum, applied_by) values (@Name, @Checksum, 'x')", script);
        var schema = (await AddOrgsAsync(1))[0];
        await using var after = await database.OpenAdminAsync(CancellationToken.None);
        Assert.That(await after.ExecuteScalarAsync<long>("select count(*) from pg_tables where schemaname = @schema", new { schema }), Is.EqualTo(5));
    }

    [Test]
    public async Task Dollar_quotes_and_words_that_look_like_variables_arrive_as_written()
    {
        var schema = (await AddOrgsAsync(1))[0];
        var report = await MigrateAsync(With(
            """
            create function greet() returns text language sql as $body$ select '$schema$; $variable$' $body$; -- a comment; with a semicolon
            create function pick(mood text) returns text language sql begin atomic select case when mood = ':x' then '@y; $1' end; select mood; end;
            /* another; */ create table "odd; name" (id uuid primary key) -- at the very end
            """));
        Assert.That(report.Failed, Is.Empty);
        await using var server = await database.OpenAdminAsync(CancellationToken.None);
        Assert.That(await server.ExecuteScalarAsync<string>($"select {schema}.greet()"), Is.EqualTo("$schema$; $variable$"));
    }

    [Test]
    public async Task A_cancelled_run_finishes_the_tenant_in_hand_and_leaves_the_rest()
    {
        await AddOrgsAsync(3);
        using var stop = new CancellationTokenSource();
        var fleet = new FleetMigrator(database.Database.Owner, With("create table notes (id uuid primary key);"));
        var report = await fleet.MigrateAsync(new FleetOptions { Parallel = 1 }, new Inline(stop.Cancel), stop.Token);
        Assert.That((report.Migrated.Count, report.Left), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task Up_to_a_version_means_no_further()
    {
        await AddOrgsAsync(1);
        var scripts = new ScriptSet(With("create table notes (id uuid primary key);").Scripts.Append(new MigrationScript(ScriptSet.Tenant.Newest + 2, "0099_more", "create table more (id uuid primary key);", null)));
        var report = await new FleetMigrator(database.Database.Owner, scripts).MigrateAsync(new FleetOptions { Target = ScriptSet.Tenant.Newest + 1 }, null, CancellationToken.None);
        Assert.That(report.Migrated.Single().To, Is.EqualTo(ScriptSet.Tenant.Newest + 1));
        await using var server = await database.OpenAdminAsync(CancellationToken.None);
        Assert.That(await server.ExecuteScalarAsync<long>("select count(*) from pg_tables where tablename = 'more'"), Is.Zero);
    }

    private static ScriptSet With(string sql) => new(ScriptSet.Tenant.Scripts.Append(new MigrationScript(ScriptSet.Tenant.Newest + 1, "0099_change", sql, null)));

    private Task<FleetReport> MigrateAsync(ScriptSet scripts)
    {
        var fleet = new FleetMigrator(database.Database.Owner, scripts);
        return fleet.MigrateAsync(new FleetOptions(), null, CancellationToken.None);
    }

    private async Task<IReadOnlyList<string>> AddOrgsAsync(int count)
    {
        var schemas = new List<string>();
        for (var i = 0; i < count; i++) schemas.Add(SchemaName.For(await database.AddOrgAsync($"org-{i}", admin, CancellationToken.None)).Value);
        return schemas;
    }

    private sealed class Inline(Action done) : IProgress<TenantMigration>
    {
        public void Report(TenantMigration value) => done();
    }
}

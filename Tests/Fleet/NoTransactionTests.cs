using Npgsql;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Fleet;

/// <summary>Scripts that PostgreSQL runs in no transaction.</summary>
internal sealed class NoTransactionTests : FleetFixture
{
    private const string Marked = "-- tenantry: no transaction\ncreate index concurrently if not exists projects_name on projects (name);\n";
    private const string Unique = "-- tenantry: no transaction\ncreate unique index concurrently if not exists projects_name on projects (name);\n";
    private const string Valid = "select count(*) from pg_index i join pg_class c on c.oid = i.indexrelid where c.relname = 'projects_name' and i.indisvalid";

    [Test, CancelAfter(60_000)]
    public async Task They_run_between_the_others_and_are_recorded(CancellationToken cancellationToken)
    {
        await AddOrgsAsync(3);
        var scripts = With((CreateNotes, null), (Marked, null), ("alter table notes add body text;", null));
        var report = await MigrateAsync(scripts, cancellationToken: cancellationToken);
        Assert.That((report.Migrated.Count, report.Failed.Count), Is.EqualTo((3, 0)), string.Join("; ", report.Failed.Select(failed => failed.Error)));
        Assert.That(await AdminAsync<long>(Valid), Is.EqualTo(3));
        Assert.That(await CountWholeAsync(6, "notes"), Is.EqualTo(3));
    }

    [Test, CancelAfter(60_000)]
    public async Task One_that_fails_leaves_an_invalid_index_which_the_next_attempt_takes_away(CancellationToken cancellationToken)
    {
        var schemas = await AddOrgsAsync(2);
        await AdminAsync($"insert into {schemas[0]}.projects (id, name, created_by) select gen_random_uuid(), 'twice', gen_random_uuid() from generate_series(1, 2)");
        var scripts = With((CreateNotes, null), (Unique, null));
        var failed = (await MigrateAsync(scripts, cancellationToken: cancellationToken)).Failed.Single();
        Assert.That((failed.Slug, failed.Script, failed.SqlState), Is.EqualTo(("org-1", "0005_change", PostgresErrorCodes.UniqueViolation)));
        Assert.That(await AdminAsync<long>("select count(*) from pg_index i where not i.indisvalid"), Is.EqualTo(1), "what PostgreSQL leaves");
        Assert.That(await AdminAsync<int>("select version from public.tenants where schema_name = @schema", new { schema = schemas[0] }), Is.EqualTo(4), "the script before it stays");

        await AdminAsync($"delete from {schemas[0]}.projects");
        Assert.That((await MigrateAsync(scripts, cancellationToken: cancellationToken)).Migrated.Single().Slug, Is.EqualTo("org-1"));
        Assert.That(await AdminAsync<long>(Valid), Is.EqualTo(2));
    }

    [Test, CancelAfter(60_000)]
    public async Task A_runner_that_dies_before_it_is_recorded_is_made_good_by_the_next(CancellationToken cancellationToken)
    {
        var schema = (await AddOrgsAsync(1))[0];
        await AdminAsync($"create index projects_name on {schema}.projects (name)");
        Assert.That((await MigrateAsync(With((Marked, null)), cancellationToken: cancellationToken)).Migrated, Has.Count.EqualTo(1));
    }

    [Test, CancelAfter(60_000)]
    public async Task A_new_org_gets_the_same_index_in_its_one_transaction(CancellationToken cancellationToken)
    {
        var admin = await Database.AddUserAsync("ada@example.com", cancellationToken);
        var made = await new Provisioner(Database.Database.Owner, With((Marked, null)))
            .CreateAsync(new NewOrg(TestDatabase.SlugOf("acme"), "Acme", admin, null), cancellationToken);
        Assert.That((made.Outcome, await AdminAsync<long>(Valid)), Is.EqualTo((ProvisioningOutcome.Created, 1)));
    }

    [Test, CancelAfter(60_000)]
    public async Task Their_way_back_runs_alone_too(CancellationToken cancellationToken)
    {
        await AddOrgsAsync(1);
        var scripts = With((Marked, "-- tenantry: no transaction\ndrop index concurrently if exists projects_name;\n"));
        await MigrateAsync(scripts, cancellationToken: cancellationToken);
        var report = await Fleet(scripts).RollBackAsync(new() { Target = 3 }, null, cancellationToken);
        Assert.That((report.Migrated.Count, await AdminAsync<long>(Valid)), Is.EqualTo((1, 0)), string.Join("; ", report.Failed.Select(failed => failed.Error)));
    }

    [TestCase("-- tenantry: no transaction\nselect 1", true)]
    [TestCase("-- Tenantry: No Transaction  \r\nselect 1", true)]
    [TestCase("\n-- tenantry: no transaction\nselect 1", false)]
    [TestCase("select 1 -- tenantry: no transaction", false)]
    public void The_marker_is_the_whole_first_line(string sql, bool marked) => Assert.That(NoTransaction.IsMarked(sql), Is.EqualTo(marked));

    [TestCase("create index concurrently if not exists i on t (x)", "i", "create index  if not exists i on t (x)")]
    [TestCase("create unique index CONCURRENTLY \"I x\" on t (x)", "\"I x\"", "create unique index  \"I x\" on t (x)")]
    [TestCase("create index concurrently on t (x)", null, "create index  on t (x)")]
    [TestCase("drop index concurrently if exists i", null, "drop index  if exists i")]
    [TestCase("create table concurrently (x int)", null, "create table concurrently (x int)")]
    [TestCase("update t set x = 'concurrently'", null, "update t set x = 'concurrently'")]
    public void The_index_and_the_word_are_found(string sql, string? index, string plain)
    {
        var statement = SqlStatement.Split(sql).Single();
        Assert.That((NoTransaction.FindIndex(statement), NoTransaction.WithoutConcurrently(statement)), Is.EqualTo((index, plain)));
    }
}

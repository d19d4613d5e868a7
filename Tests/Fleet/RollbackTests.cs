using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Tests.Fleet;

/// <summary>Back by the down scripts.</summary>
internal sealed class RollbackTests : FleetFixture
{
    private static readonly ScriptSet Two = With((CreateNotes, "drop table notes;"), ("alter table notes add words text;", "alter table notes drop column words;"));

    [Test]
    public async Task Tenants_go_back_with_journal_and_version_and_forward_again()
    {
        await AddOrgsAsync(3);
        await MigrateAsync(Two);
        var back = await Fleet(Two).RollBackAsync(new FleetOptions { Target = 4 }, null, CancellationToken.None);
        Assert.That((back.Migrated.Count, back.Failed.Count, back.Left), Is.EqualTo((3, 0, 0)));
        Assert.That(await CountWholeAsync(4, "notes"), Is.EqualTo(3));
        Assert.That(await AdminAsync<long>("select count(*) from information_schema.columns where column_name = 'words' and table_schema like 't\\_%'"), Is.Zero);

        await Fleet(Two).RollBackAsync(new FleetOptions { Target = 3 }, null, CancellationToken.None);
        Assert.That(await CountWholeAsync(3, "idempotency_keys"), Is.EqualTo(3));
        Assert.That((await MigrateAsync(Two)).Migrated, Has.Count.EqualTo(3));
        Assert.That(await CountWholeAsync(5, "notes"), Is.EqualTo(3));
    }

    [Test]
    public async Task Without_a_way_back_no_tenant_is_touched()
    {
        await AddOrgsAsync(2);
        var scripts = With((CreateNotes, null), ("alter table notes add words text;", "alter table notes drop column words;"));
        await MigrateAsync(scripts);
        Assert.That(async () => await Fleet(scripts).RollBackAsync(new FleetOptions { Target = 3 }, null, CancellationToken.None),
            Throws.InstanceOf<MigrationFailedException>().With.Message.Contains("0004_change.down.sql"));
        Assert.That(await CountWholeAsync(5, "notes"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_tenant_whose_way_back_fails_stays_where_it_was()
    {
        var schemas = await AddOrgsAsync(3);
        await MigrateAsync(Two);
        await AdminAsync($"alter table {schemas[1]}.notes rename words to other");
        var report = await Fleet(Two).RollBackAsync(new FleetOptions { Target = 3 }, null, CancellationToken.None);
        Assert.That((report.Migrated.Count, report.Failed.Single().Slug, report.Failed.Single().Script), Is.EqualTo((2, "org-2", "0005_change.down")));
        Assert.That(await CountWholeAsync(5, "notes"), Is.EqualTo(1));
    }

    [Test]
    public async Task What_was_rolled_back_everywhere_may_be_edited()
    {
        await AddOrgsAsync(1);
        await MigrateAsync(Two);
        await Fleet(Two).RollBackAsync(new FleetOptions { Target = 3 }, null, CancellationToken.None);
        Assert.That((await MigrateAsync(With(("create table notes (id uuid primary key, edited text);", null)))).Migrated, Has.Count.EqualTo(1));
    }
}

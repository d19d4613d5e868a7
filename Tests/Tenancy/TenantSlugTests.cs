using Dapper;
using Npgsql;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenancy;

/// <summary>A tenant's slug in the registry is its org's, whoever changes that and however, and what an entry by slug goes by.</summary>
internal sealed class TenantSlugTests
{
    private static readonly MigrationScript Script = ScriptSet.Shared.Scripts.Single(script => script.Name.EndsWith("_copy_slugs", StringComparison.Ordinal));

    private TestDatabase database = null!;
    private TenantScope acme = null!;
    private TenantScope globex = null!;

    [SetUp]
    public async Task PrepareAsync()
    {
        database = await TestDatabase.CreateAsync(CancellationToken.None);
        acme = await database.AddTenantAsync("acme", CancellationToken.None);
        globex = await database.AddTenantAsync("globex", CancellationToken.None);
    }

    [TearDown]
    public async Task CleanAsync() => await database.DisposeAsync();

    [Test]
    public async Task A_rename_by_the_control_login_is_in_force_at_the_next_entry_and_not_before_it_is_committed()
    {
        var schema = await EnterAsync(acme, "acme");
        await using var control = await TestDatabase.OpenAsync(database.Logins.Control, CancellationToken.None);
        await using (var transaction = await control.BeginTransactionAsync())
        {
            await control.ExecuteAsync("update public.orgs set slug = 'acme-works' where slug = 'acme'");
            Assert.That((await EnterAsync(acme, "acme"), await EnterAsync(acme, "acme-works")), Is.EqualTo((schema, "NotFound")));
            await transaction.CommitAsync();
        }

        Assert.That((await EnterAsync(acme, "acme"), await EnterAsync(acme, "acme-works")), Is.EqualTo(("NotFound", schema)));
    }

    // What `orgs.slug` allows, row after row, the copy allows.
    [TestCase("update public.orgs set slug = 'between' where slug = 'acme'; update public.orgs set slug = 'acme' where slug = 'globex'; update public.orgs set slug = 'globex' where slug = 'between'", "globex")]
    [TestCase("update public.orgs set slug = case slug when 'acme' then 'former' else 'acme' end", "former")]
    public async Task Orgs_may_take_each_others_slugs_in_one_transaction(string sql, string formerAcme)
    {
        var schemas = (await EnterAsync(acme, "acme"), await EnterAsync(globex, "globex"));
        await using (var control = await TestDatabase.OpenAsync(database.Logins.Control, CancellationToken.None)) await control.ExecuteAsync(sql);
        Assert.That((await EnterAsync(acme, formerAcme), await EnterAsync(globex, "acme")), Is.EqualTo(schemas));
        Assert.That(await EnterAsync(acme, "acme"), Is.EqualTo("NotFound"));
    }

    [Test]
    public async Task An_org_that_is_gone_leaves_its_slug_to_the_next()
    {
        await using (var owner = await database.Database.Owner.OpenAsync(CancellationToken.None)) await owner.ExecuteAsync("delete from public.orgs where slug = 'acme'");
        Assert.That(await EnterAsync(acme, "acme"), Is.EqualTo("NotFound"));
        var admin = await database.AddUserAsync("next@example.com", CancellationToken.None);
        var next = await database.AddOrgAsync("acme", admin, CancellationToken.None);
        var scope = new TenantScope(await database.AddSessionAsync(admin, CancellationToken.None), TestDatabase.SlugOf("acme"));
        Assert.That(await EnterAsync(scope, "acme"), Is.EqualTo(SchemaName.For(next).Value));
    }

    [Test]
    public async Task An_org_that_moves_to_another_tenant_takes_its_slug_along()
    {
        await using var owner = await database.Database.Owner.OpenAsync(CancellationToken.None);
        await owner.ExecuteAsync(
            """
            delete from public.orgs where slug = 'globex';
            delete from public.memberships where org_id = (select id from public.orgs where slug = 'acme');
            update public.orgs set id = (select id from public.tenants where slug is null)
            """);
        Assert.That(await owner.QueryAsync<string>("select schema_name from public.verify_slugs()"), Is.Empty);
    }

    [Test]
    public async Task A_database_with_orgs_is_taken_to_this_version_and_back()
    {
        var schemas = (await EnterAsync(acme, "acme"), await EnterAsync(globex, "globex"));
        await using var owner = await database.Database.Owner.OpenAsync(CancellationToken.None);
        await TakeBackAsync(owner);
        await owner.ExecuteAsync("update public.orgs set slug = 'acme-works' where slug = 'acme'");
        Assert.That((await EnterAsync(acme, "acme-works"), await EnterAsync(globex, "globex")), Is.EqualTo(schemas), "by the version before");

        await database.Database.MigrateSharedAsync(new Progress<string>(), CancellationToken.None);
        Assert.That((await EnterAsync(acme, "acme-works"), await EnterAsync(globex, "globex")), Is.EqualTo(schemas), "by this one");
        Assert.That(await owner.QueryAsync<string>("select schema_name from public.verify_slugs()"), Is.Empty);
        Assert.That(await EntryTextAsync(owner), Does.Not.Contain("public.orgs"));
    }

    [Test]
    public async Task An_entry_of_a_hosts_own_stays_whichever_way_the_version_goes()
    {
        await using var owner = await database.Database.Owner.OpenAsync(CancellationToken.None);
        await TakeBackAsync(owner);
        await owner.ExecuteAsync(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "Tests/MinimalHost/Scripts/Host/0002_replace_entry.sql")));
        var own = await EntryTextAsync(owner);
        await database.Database.MigrateSharedAsync(new Progress<string>(), CancellationToken.None);
        Assert.That(await EntryTextAsync(owner), Is.EqualTo(own));
        await TakeBackAsync(owner);
        Assert.That(await EntryTextAsync(owner), Is.EqualTo(own));
    }

    private static async Task TakeBackAsync(NpgsqlConnection owner)
    {
        await using var transaction = await owner.BeginTransactionAsync();
        await owner.ExecuteAsync(Script.DownSql!);
        await owner.ExecuteAsync("delete from public.migration_journal where name = @Name", new { Script.Name });
        await transaction.CommitAsync();
    }

    private static Task<string?> EntryTextAsync(NpgsqlConnection owner) => owner.ExecuteScalarAsync<string>(
        "select prosrc from pg_proc where oid = 'tenancy.enter(text, uuid, text, uuid, boolean, integer, integer)'::regprocedure");

    private async Task<string> EnterAsync(TenantScope scope, string slug)
    {
        await using var tenants = new TenantDatabase(database.Options());
        await using var connection = tenants.CreateConnection(new TenantScope(scope.SessionId, TestDatabase.SlugOf(slug)));
        try { return await connection.QuerySingleAsync<string>("select current_user::text"); }
        catch (TenantRefusedException refused) { return $"{refused.Reason}"; }
    }
}

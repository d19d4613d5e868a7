using Dapper;
using Npgsql;
using Tenantry.Migrations.Erasure;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Provisioning;

/// <summary>An org exists whole or not at all.</summary>
internal sealed class ProvisionerTests
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
    public async Task A_new_org_has_a_schema_a_role_an_admin_and_a_log_row()
    {
        var id = await database.AddOrgAsync("acme", admin, CancellationToken.None);
        var schema = SchemaName.For(id).Value;
        await using var server = await database.OpenAdminAsync(CancellationToken.None);

        Assert.Multiple(async () =>
        {
            Assert.That(await server.ExecuteScalarAsync<string>("select state from public.tenants where id = @id and version = @newest", new { id, newest = ScriptSet.Tenant.Newest }), Is.EqualTo("active"));
            Assert.That(await server.ExecuteScalarAsync<string>("select role from public.memberships where org_id = @id and user_id = @admin", new { id, admin }), Is.EqualTo("admin"));
            Assert.That(await server.ExecuteScalarAsync<string>("select action from public.audit_log where org_id = @id", new { id }), Is.EqualTo("org.created"));
            Assert.That(await server.QueryAsync<string>($"select name from {schema}.migration_journal where checksum is not null and took is not null order by name"),
                Is.EqualTo(ScriptSet.Tenant.Scripts.Select(script => script.Name)));
            Assert.That(await server.ExecuteScalarAsync<bool>("select not rolcanlogin and not rolinherit and not rolsuper from pg_roles where rolname = @schema", new { schema }), Is.True);
        });
    }

    [Test]
    public async Task A_tenants_role_has_exactly_select_insert_update_delete_on_its_tables()
    {
        var schema = SchemaName.For(await database.AddOrgAsync("acme", admin, CancellationToken.None)).Value;
        await using var owner = await database.Database.Owner.OpenAsync(CancellationToken.None);
        await owner.ExecuteAsync($"create table {schema}.of_a_later_migration (id uuid primary key)");

        var granted = await owner.QueryAsync<(string Table, string Rights)>(
            """
            select c.relname, string_agg(a.privilege_type, ' ' order by a.privilege_type)
            from pg_class c, aclexplode(c.relacl) a, pg_roles r
            where c.relnamespace = @schema::regnamespace and r.oid = a.grantee and r.rolname = @schema
            group by c.relname order by c.relname
            """, new { schema });
        Assert.That(granted, Is.EqualTo(
            from table in (string[])["events", "idempotency_keys", "of_a_later_migration", "projects", "tasks"] select (table, "DELETE INSERT SELECT UPDATE")));
    }

    [Test]
    public async Task Of_two_orgs_that_want_one_slug_at_once_one_is_made_and_nothing_of_the_other()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => MakeAsync(ScriptSet.Tenant)));
        Assert.That(results.Count(result => result.Outcome == ProvisioningOutcome.Created), Is.EqualTo(1));
        Assert.That(results.Count(result => result.Outcome == ProvisioningOutcome.SlugTaken), Is.EqualTo(7));
        await AssertWholeAsync(expected: 1);
    }

    [Test]
    public async Task An_org_whose_script_fails_half_way_leaves_nothing_and_can_be_made_again()
    {
        var broken = new ScriptSet(ScriptSet.Tenant.Scripts.Append(new MigrationScript(ScriptSet.Tenant.Newest + 1, "0099_break", "create table half (id int); select 1 / 0;", null)));
        Assert.That(async () => await MakeAsync(broken), Throws.InstanceOf<MigrationFailedException>()
            .With.Property(nameof(MigrationFailedException.Script)).EqualTo("0099_break"));
        await AssertWholeAsync(expected: 0);

        Assert.That((await MakeAsync(ScriptSet.Tenant)).Outcome, Is.EqualTo(ProvisioningOutcome.Created));
        await AssertWholeAsync(expected: 1);
    }

    [Test]
    public async Task An_org_for_an_unknown_admin_is_not_made()
    {
        var result = await new Provisioner(database.Database.Owner, ScriptSet.Tenant)
            .CreateAsync(new NewOrg(TestDatabase.SlugOf("acme"), "Acme", Guid.CreateVersion7(), null), CancellationToken.None);
        Assert.That(result.Outcome, Is.EqualTo(ProvisioningOutcome.AdminUnknown));
        await AssertWholeAsync(expected: 0);
    }

    [Test]
    public async Task Connections_killed_while_fifty_orgs_are_made_leave_each_whole_or_absent()
    {
        var provisioner = new Provisioner(database.Database.Owner, ScriptSet.Tenant);
        using var stop = new CancellationTokenSource();
        var killer = KillOwnersAsync(stop.Token);
        var made = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 50), async (i, cancellationToken) =>
        {
            try
            {
                await provisioner.CreateAsync(new NewOrg(TestDatabase.SlugOf($"org-{i}"), "Org", admin, admin), cancellationToken);
                Interlocked.Increment(ref made);
            }
            catch (Exception error) when (error is NpgsqlException or MigrationFailedException)
            {
                // Killed in between.
            }
        });
        await stop.CancelAsync();
        Assert.That(await killer, Is.GreaterThan(0), "connections were killed");
        await AssertWholeAsync(expected: null, atLeast: made);
    }

    [Test]
    public async Task An_erased_org_leaves_nothing_but_its_reserved_slug()
    {
        await database.AddOrgAsync("acme", admin, CancellationToken.None);
        var registry = new TenantRegistry(database.Database.Owner);
        var tenant = await registry.FindAsync(TestDatabase.SlugOf("acme"), CancellationToken.None);
        await new TenantEraser(database.Database.Owner).EraseAsync(tenant!, null, CancellationToken.None);

        await AssertWholeAsync(expected: 0);
        Assert.That((await MakeAsync(ScriptSet.Tenant)).Outcome, Is.EqualTo(ProvisioningOutcome.SlugTaken));
    }

    private Task<ProvisioningResult> MakeAsync(ScriptSet scripts) =>
        new Provisioner(database.Database.Owner, scripts).CreateAsync(new NewOrg(TestDatabase.SlugOf("acme"), "Acme", admin, admin), CancellationToken.None);

    private async Task<int> KillOwnersAsync(CancellationToken stop)
    {
        await using var server = await database.OpenAdminAsync(CancellationToken.None);
        var killed = 0;
        while (!stop.IsCancellationRequested)
        {
            killed += (await server.QueryAsync<bool>(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename like '%\\_owner' and state <> 'idle' limit 1")).AsList().Count;
            await Task.Yield();
        }

        return killed;
    }

    // Orgs, tenants, admins, log rows, schemas with all tables, and roles: the same number of each.
    private async Task AssertWholeAsync(int? expected, int atLeast = 0)
    {
        await using var server = await database.OpenAdminAsync(CancellationToken.None);
        var counts = await server.QuerySingleAsync<(long Orgs, long Tenants, long Admins, long Logged, long Schemas, long Tables, long Roles)>(
            """
            select (select count(*) from public.orgs), (select count(*) from public.tenants), (select count(*) from public.memberships),
                   (select count(distinct org_id) from public.audit_log a where action = 'org.created' and exists (select from public.orgs where id = a.org_id)),
                   (select count(*) from pg_namespace where nspname like 't\_%') - (select count(*) from public.canaries),
                   (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname like 't\_%' and c.relkind = 'r' and n.nspname not in (select schema_name from public.canaries)),
                   (select count(*) from pg_auth_members m join pg_roles d on d.oid = m.member where d.rolname = current_database() || '_data') - (select count(*) from public.canaries)
            """);
        var orgs = expected ?? counts.Orgs;
        Assert.That(counts, Is.EqualTo((orgs, orgs, orgs, orgs, orgs, orgs * 5, orgs)));
        Assert.That(counts.Orgs, Is.GreaterThanOrEqualTo(atLeast));
    }
}

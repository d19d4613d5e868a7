using Dapper;
using Npgsql;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Provisioning;

/// <summary>What the logins of bootstrap may and may not do in <c>public</c>.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class RightsTests
{
    private TestDatabase database = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        database = await TestDatabase.CreateAsync(CancellationToken.None);
        await database.AddTenantAsync("acme", CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task CleanAsync() => await database.DisposeAsync();

    [TestCase("update public.audit_log set action = 'x'")]
    [TestCase("delete from public.audit_log")]
    [TestCase("truncate public.audit_log")]
    [TestCase("select action from public.audit_log")]
    // The database gives each row of the log its time, its place in its chain and its hash.
    [TestCase("insert into public.audit_log (id, actor_kind, action, at) values (gen_random_uuid(), 'system', 'x', now())")]
    [TestCase("insert into public.audit_log (id, actor_kind, action, chain) values (gen_random_uuid(), 'system', 'x', gen_random_uuid())")]
    [TestCase("insert into public.audit_log (id, actor_kind, action, position) values (gen_random_uuid(), 'system', 'x', 99)")]
    [TestCase("insert into public.audit_log (id, actor_kind, action, previous_hash) values (gen_random_uuid(), 'system', 'x', '')")]
    [TestCase("insert into public.audit_log (id, actor_kind, action, hash) values (gen_random_uuid(), 'system', 'x', '')")]
    [TestCase("alter table public.audit_log disable trigger all")]
    [TestCase("select length from public.audit_chains")]
    [TestCase("update public.audit_chains set length = 0")]
    [TestCase("insert into public.audit_chains (id, length, head) values (gen_random_uuid(), 0, '')")]
    [TestCase("delete from public.audit_chains")]
    // Whom an invitation is to, and as what, is said once.
    [TestCase("update public.invitations set email = 'thief@example.com'")]
    [TestCase("update public.invitations set normalized_email = 'THIEF@EXAMPLE.COM'")]
    [TestCase("update public.invitations set role = 'admin'")]
    [TestCase("update public.invitations set org_id = org_id")]
    [TestCase("update public.invitations set inviter_id = inviter_id")]
    [TestCase("delete from public.invitations")]
    [TestCase("insert into public.tenants (id, schema_name, state) values (gen_random_uuid(), 't_0123456789ab', 'active')")]
    [TestCase("update public.tenants set version = 9")]
    // A tenant's slug is its org's, and changes with that only.
    [TestCase("update public.tenants set slug = 'other'")]
    [TestCase("select public.copy_slug()")]
    [TestCase("select schema_name from public.verify_slugs()")]
    [TestCase("delete from public.orgs")]
    [TestCase("create table public.t (id int)")]
    [TestCase("create temp table t (id int)")]
    [TestCase("select set_config('role', 'postgres', true)")]
    public async Task The_control_login_is_refused(string sql)
    {
        await using var control = await TestDatabase.OpenAsync(database.Logins.Control, CancellationToken.None);
        Assert.That(async () => await control.ExecuteAsync(sql), Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.InsufficientPrivilege));
    }

    [Test]
    public async Task The_control_login_reads_no_tenants_table()
    {
        await using var owner = await database.Database.Owner.OpenAsync(CancellationToken.None);
        var schema = await owner.ExecuteScalarAsync<string>("select schema_name from public.tenants");
        foreach (var login in (string[])[database.Logins.Control, database.Logins.Auditor, database.Logins.Data])
        {
            await using var connection = await TestDatabase.OpenAsync(login, CancellationToken.None);
            Assert.That(async () => await connection.ExecuteAsync($"select name from {schema}.projects"),
                Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.InsufficientPrivilege), login.Split(';')[0]);
        }
    }

    [TestCase("update public.audit_log set action = 'x'")]
    [TestCase("delete from public.audit_log")]
    [TestCase("truncate public.audit_log")]
    public async Task Not_even_the_owner_changes_the_log_by_a_slip(string sql)
    {
        await using var owner = await database.Database.Owner.OpenAsync(CancellationToken.None);
        Assert.That(async () => await owner.ExecuteAsync(sql), Throws.InstanceOf<PostgresException>().With.Message.Contains("append-only"));
    }

    [TestCase("create role x", "permission denied")]
    [TestCase("select tenancy.create_tenant_role('postgres')", "not a tenant role")]
    [TestCase("select tenancy.create_tenant_role('t_x; drop role postgres')", "not a tenant role")]
    [TestCase("select tenancy.drop_tenant_role('postgres')", "not a tenant role")]
    [TestCase("select tenancy.create_tenant_login('postgres', 'SCRAM-SHA-256$4096:x')", "not a tenant role")]
    [TestCase("select tenancy.create_tenant_login('t_0123456789ab', 'plain')", "not a verifier")]
    public async Task The_owner_makes_and_drops_tenants_roles_and_no_others(string sql, string refusal)
    {
        await using var owner = await database.Database.Owner.OpenAsync(CancellationToken.None);
        Assert.That(async () => await owner.ExecuteAsync(sql), Throws.InstanceOf<PostgresException>().With.Message.Contains(refusal));
    }

    [Test]
    public async Task Bootstrap_and_migration_repeated_change_nothing()
    {
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        const string rights = "select string_agg(coalesce(c.relacl::text, '') || c.relname, ',' order by c.oid) from pg_class c";
        var before = await admin.ExecuteScalarAsync<string>(rights);
        await database.Database.MigrateSharedAsync(new Progress<string>(), CancellationToken.None);
        Assert.That(await admin.ExecuteScalarAsync<string>(rights), Is.EqualTo(before));
    }
}

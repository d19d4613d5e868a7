using Dapper;
using Npgsql;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Scripting;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Provisioning;

/// <summary>Who is a member of what, and which rights a tenant's role has: exactly these, also in tables of later migrations.</summary>
internal sealed class RoleModelTests
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
    public async Task A_tenants_role_has_exactly_its_rights_also_on_what_a_later_migration_makes()
    {
        var scripts = new ScriptSet(ScriptSet.Tenant.Scripts.Append(new MigrationScript(ScriptSet.Tenant.Newest + 1, "0099_later",
            "create table later (id uuid primary key); create sequence counter; create view seen as select id from later;", null)));
        var fleet = new FleetMigrator(database.Database.Owner, scripts);
        Assert.That((await fleet.MigrateAsync(new FleetOptions(), null, CancellationToken.None)).Failed, Is.Empty);

        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        var rights = await admin.QueryAsync<string>(
            """
            with tenant as (select t.schema_name as name, r.oid as role, n.oid as schema from public.tenants t join pg_roles r on r.rolname = t.schema_name join pg_namespace n on n.nspname = t.schema_name)
            select c.relname || ': ' || string_agg(a.privilege_type || case when a.is_grantable then '*' else '' end, ' ' order by a.privilege_type)
            from tenant join pg_class c on c.relkind in ('r', 'v', 'S', 'p', 'm', 'f') cross join lateral aclexplode(c.relacl) a
            where a.grantee = tenant.role group by c.oid, c.relname
            union all select 'schema: ' || string_agg(a.privilege_type, ' ' order by a.privilege_type) from tenant join pg_namespace n on true cross join lateral aclexplode(n.nspacl) a where a.grantee = tenant.role group by n.oid
            union all select 'function: ' || p.proname from tenant join pg_proc p on true cross join lateral aclexplode(p.proacl) a where a.grantee = tenant.role
            union all select 'database: ' || a.privilege_type from tenant join pg_database d on true cross join lateral aclexplode(d.datacl) a where a.grantee = tenant.role
            union all select 'owns ' || c.relname from tenant join pg_class c on c.relowner = tenant.role
            union all select 'attribute' from tenant join pg_roles r on r.oid = tenant.role where r.rolsuper or r.rolcanlogin or r.rolcreaterole or r.rolcreatedb or r.rolbypassrls or r.rolreplication
            order by 1
            """);
        const string rows = "DELETE INSERT SELECT UPDATE";
        Assert.That(rights, Is.EquivalentTo([
            "counter: USAGE", $"events: {rows}", $"idempotency_keys: {rows}", $"later: {rows}", $"projects: {rows}", "schema: USAGE", $"seen: {rows}", $"tasks: {rows}",
        ]));
    }

    [Test]
    public async Task Nothing_that_a_migration_makes_is_open_to_PUBLIC()
    {
        var scripts = new ScriptSet(ScriptSet.Tenant.Scripts.Append(new MigrationScript(ScriptSet.Tenant.Newest + 1, "0099_later",
            "create table later (id uuid primary key); create sequence counter; create type mood as enum ('fine'); create domain word as text; create function one() returns integer language sql as 'select 1';", null)));
        var fleet = new FleetMigrator(database.Database.Owner, scripts);
        Assert.That((await fleet.MigrateAsync(new FleetOptions(), null, CancellationToken.None)).Failed, Is.Empty);

        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        Assert.That(await admin.QueryAsync<string>(
            """
            with made as (
                select c.relnamespace as schema, c.relname as name, coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)) as acl from pg_class c where c.relkind in ('r', 'S')
                union all select p.pronamespace, p.proname, coalesce(p.proacl, acldefault('f', p.proowner)) from pg_proc p
                union all select t.typnamespace, t.typname, coalesce(t.typacl, acldefault('T', t.typowner)) from pg_type t where t.typtype in ('e', 'd'))
            select m.name || ': ' || a.privilege_type from public.tenants t join pg_namespace n on n.nspname = t.schema_name
            join made m on m.schema = n.oid cross join lateral aclexplode(m.acl) a where a.grantee = 0
            """), Is.Empty);
    }

    [Test]
    public async Task Every_definer_function_has_a_path_of_its_own_that_ends_in_pg_temp()
    {
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        var paths = (await admin.QueryAsync<string?>(
            "select (select c from unnest(p.proconfig) c where c like 'search_path=%') from pg_proc p where p.prosecdef and p.pronamespace <> 'pg_catalog'::regnamespace")).AsList();
        Assert.That(paths, Is.All.EqualTo("search_path=pg_catalog, pg_temp"));
        Assert.That(paths, Has.Count.GreaterThanOrEqualTo(4));
    }

    [Test]
    public async Task Only_the_data_login_is_in_tenants_roles_and_inherits_from_none()
    {
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        var edges = (await admin.QueryAsync<(string Member, bool Inherits, bool Administers)>(
            """
            select m.rolname, coalesce((to_jsonb(a) ->> 'inherit_option')::boolean, m.rolinherit), a.admin_option
            from pg_auth_members a join pg_roles m on m.oid = a.member join pg_roles t on t.oid = a.roleid
            where t.rolname in (select schema_name from public.tenants) and coalesce((to_jsonb(a) ->> 'set_option')::boolean, true)
            """)).AsList();
        Assert.That(edges, Is.EqualTo([(new NpgsqlConnectionStringBuilder(database.Logins.Data).Username!, false, false)]));
    }

    [Test]
    public async Task Nobody_who_can_log_in_may_make_roles_but_the_admin()
    {
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        var name = new NpgsqlConnectionStringBuilder(database.AdminConnection).Database;
        Assert.That(await admin.ExecuteScalarAsync<long>(
            "select count(*) from pg_roles where rolname in (@name || '_owner', @name || '_control', @name || '_data', @name || '_auditor') and rolcanlogin", new { name }), Is.EqualTo(4));
        Assert.That(await admin.ExecuteScalarAsync<long>("select count(*) from pg_roles where rolname like @name || '\\_%' and (rolcreaterole or rolsuper or rolcreatedb)", new { name }), Is.Zero);
    }

    [Test, CancelAfter(60_000)]
    public async Task Requests_go_on_while_the_owner_cannot_log_in(CancellationToken cancellationToken)
    {
        await using var app = TestApp.StartOn(database);
        using var ada = await app.ClientForAsync("ada@example.com", cancellationToken);
        await TestApp.MakeOrgAsync(ada, "engines", cancellationToken);
        await using (var admin = await database.OpenAdminAsync(cancellationToken))
        {
            await admin.ExecuteAsync($"alter role {new NpgsqlConnectionStringBuilder(database.Logins.Owner).Username} nologin");
            await admin.ExecuteAsync("select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = @name", new { name = new NpgsqlConnectionStringBuilder(database.Logins.Owner).Username });
        }

        Assert.That((await Answer.ToAsync(ada, HttpMethod.Post, "/api/orgs/engines/projects", new { name = "x" })).Status, Is.EqualTo(201));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/engines/projects")).Status, Is.EqualTo(200));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs")).Status, Is.EqualTo(200));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Patch, "/api/orgs/engines", new { name = "Engines" })).Status, Is.EqualTo(200));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Post, "/api/orgs", new { name = "Other" })).Status, Is.EqualTo(503), "only to make an org takes the owner");
    }
}

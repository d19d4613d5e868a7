using Dapper;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Linting;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Linting;

/// <summary>What lint refuses in a tenant's script, what it only tells, and what it must not take for either.</summary>
internal sealed class ScriptLintTests
{
    [TestCase("select name from public.users", "lint.qualified_name")]
    [TestCase("select name from PUBLIC . users", "lint.qualified_name")]
    [TestCase("select name from \"public\".\"users\"", "lint.qualified_name")]
    [TestCase("select name from /* x */ public /* y */ . /* z */ users", "lint.qualified_name")]
    [TestCase("create table public.t (id uuid primary key)", "lint.qualified_name")]
    [TestCase("create table if not exists other.t (id uuid primary key)", "lint.qualified_name")]
    [TestCase("alter table other.t add column x text", "lint.qualified_name")]
    [TestCase("insert into other.t (id) values (1)", "lint.qualified_name")]
    [TestCase("update other.t set x = 1", "lint.qualified_name")]
    [TestCase("delete from other.t", "lint.qualified_name")]
    [TestCase("delete from t using other.u where t.id = 1", "lint.qualified_name")]
    [TestCase("select 1 from t join other.u on true", "lint.qualified_name")]
    [TestCase("select 1 from t, other.u", "lint.qualified_name")]
    [TestCase("select 1 from t where id in (select id from other.u)", "lint.qualified_name")]
    [TestCase("create table t (id uuid primary key references other.u)", "lint.qualified_name")]
    [TestCase("create table t (id uuid primary key, mood other.mood)", "lint.qualified_name")]
    [TestCase("create index i on other.t (id)", "lint.qualified_name")]
    [TestCase("create view v as select other.f(1)", "lint.qualified_name")]
    [TestCase("select 'x'::other.mood", "lint.qualified_name")]
    [TestCase("select cast('x' as other.mood)", "lint.qualified_name")]
    [TestCase("select 'public.users'::regclass", "lint.qualified_name")]
    [TestCase("select regclass 'other.users'", "lint.qualified_name")]
    [TestCase("select nextval('other.s')", "lint.qualified_name")]
    [TestCase("select db.other.t.id from t", "lint.qualified_name")]
    [TestCase("select name from t_0123456789abcdef.projects", "lint.qualified_name")]
    [TestCase("select tenancy.enter(null, null, null, null, null)", "lint.qualified_name")]
    [TestCase("create trigger x after insert on t execute function other.f()", "lint.qualified_name")]
    [TestCase("set search_path = public", "lint.scope")]
    [TestCase("SET LOCAL Search_Path TO x", "lint.scope")]
    [TestCase("select pg_catalog.set_config('search_path', 'x', false)", "lint.scope")]
    [TestCase("set role x", "lint.scope")]
    [TestCase("set session authorization x", "lint.scope")]
    [TestCase("reset all", "lint.scope")]
    [TestCase("set statement_timeout = 0", "lint.session_state")]
    [TestCase("listen x", "lint.session_state")]
    [TestCase("select 1; commit; select 2", "lint.transaction")]
    [TestCase("select 1;/**/COMMIT", "lint.transaction")]
    [TestCase("begin; select 1", "lint.transaction")]
    [TestCase("savepoint s", "lint.transaction")]
    [TestCase("create extension pg_trgm", "lint.outside_schema")]
    [TestCase("create schema s", "lint.outside_schema")]
    [TestCase("drop role r", "lint.outside_schema")]
    [TestCase("alter system set fsync = off", "lint.outside_schema")]
    [TestCase("grant select on t to public", "lint.grant")]
    [TestCase("revoke all on t from x", "lint.grant")]
    [TestCase("alter default privileges grant select on tables to x", "lint.grant")]
    [TestCase("alter table t owner to x", "lint.ownership")]
    [TestCase("alter table t set schema public", "lint.ownership")]
    [TestCase("copy t from '/etc/passwd'", "lint.copy")]
    [TestCase("create temp table t (id uuid primary key)", "lint.temporary")]
    [TestCase("create function f() returns int language sql security definer as 'select 1'", "lint.security_definer")]
    [TestCase("create function f() returns int language sql security definer set search_path = pg_catalog as 'select 1'", "lint.function_path")]
    [TestCase("create function f() returns int language sql security definer set search_path = pg_temp, pg_catalog as 'select 1'", "lint.function_path")]
    [TestCase("create function f() returns int language sql set search_path = public, pg_temp as 'select 1'", "lint.function_path")]
    [TestCase("alter function f() security definer", "lint.security_definer")]
    [TestCase("create function f() returns text language sql as $$ select email from public.users $$", "lint.qualified_name")]
    [TestCase("create function f() returns text language sql as 'select email from public.users'", "lint.qualified_name")]
    [TestCase("create function f() returns text language sql begin atomic select email from public.users; end", "lint.qualified_name")]
    [TestCase("create function f() returns void language plpgsql as $f$ begin if true then set role x; end if; end $f$", "lint.scope")]
    [TestCase("create function f() returns void language plpgsql as $f$ begin execute 'set role x'; end $f$", "lint.scope")]
    [TestCase("create procedure f() language plpgsql as $f$ begin commit; end $f$", "lint.transaction")]
    [TestCase("do $$ begin perform 1; delete from public.users; end $$", "lint.qualified_name")]
    [TestCase("do language plpgsql 'begin delete from public.users; end'", "lint.qualified_name")]
    [TestCase("do $a$ begin execute $b$ drop schema x $b$; end $a$", "lint.outside_schema")]
    [TestCase("select 'never", "lint.unterminated")]
    [TestCase("/* never", "lint.unterminated")]
    [TestCase("", "lint.empty")]
    [TestCase("-- to be written\n", "lint.empty")]
    [TestCase("create index concurrently if not exists i on t (x)", "lint.needs_marker")]
    [TestCase("\n-- tenantry: no transaction\ndrop index concurrently if exists i", "lint.needs_marker")]
    [TestCase("-- tenantry: no transaction\ncreate index concurrently i on t (x)", "lint.not_repeatable")]
    [TestCase("-- tenantry: no transaction\ncreate unique index concurrently on t (x)", "lint.not_repeatable")]
    [TestCase("-- tenantry: no transaction\ndrop index concurrently i", "lint.not_repeatable")]
    public void What_leaves_the_tenant_is_refused(string sql, string rule) =>
        Assert.That(Errors(sql).Select(finding => finding.Rule), Does.Contain(rule));

    [TestCase("insert into t values ('set role x; commit; public.users')")]
    [TestCase("insert into t values ($$ commit; grant all on public.users to public $$)")]
    [TestCase("-- commit; set role x; public.users\nselect 1")]
    [TestCase("/* commit; /* set role x */ public.users */ select 1")]
    [TestCase("select \"public\" from t")]
    [TestCase("select is_public, public from t")]
    [TestCase("select t.name, u.\"set role\" from t join u on u.id = t.id where t.a = u.b and t.c in (u.d, u.e)")]
    [TestCase("select t.name from t, u where t.id = u.id order by t.name, u.name")]
    [TestCase("select extract(epoch from t.at), substring(t.name from 1), trim(both from t.name) from t")]
    [TestCase("select a.x is distinct from b.x from a, b")]
    [TestCase("update t set name = u.name from u where u.id = t.id")]
    [TestCase("insert into t (id) values (1) on conflict (id) do update set name = excluded.name")]
    [TestCase("delete from t using u where u.id = t.id")]
    [TestCase("create index i on t (lower(name))")]
    [TestCase("create index i on t using gin (to_tsvector('english', name))")]
    [TestCase("create table t (id uuid primary key, name text check (name <> ''), at timestamptz default pg_catalog.now(), v extensions.citext)")]
    [TestCase("create view v as select t.id, count(u.id) from t left join u on u.t_id = t.id group by t.id")]
    [TestCase("select case when t.a then t.b else t.c end from t")]
    [TestCase("alter sequence s owned by t.id")]
    [TestCase("set local lock_timeout = '1s'")]
    [TestCase("set constraints all deferred")]
    [TestCase("create function f() returns trigger language plpgsql as $f$ declare n int; begin select count(t.id) into n from t where t.a = new.a; if new.x <> old.x then new.y := old.y; end if; return new; end $f$")]
    [TestCase("create function f() returns int language sql security definer set search_path = pg_catalog, pg_temp as 'select 1'")]
    [TestCase("create function f() returns int language sql begin atomic select case when true then 1 end; select 2; end")]
    [TestCase("create trigger x before insert on t for each row execute function f()")]
    [TestCase("comment on table t is 'commit; grant'")]
    [TestCase("select 1 operator(pg_catalog.+) 2")]
    [TestCase("with x as (select 1) select count(*) from x")]
    [TestCase("select 'a.b'::text, 'x.y' from t")]
    [TestCase("do $$ begin for i in 1..10 loop insert into t values (i); end loop; end $$")]
    [TestCase("-- tenantry: no transaction\ncreate index concurrently if not exists i on t (x)")]
    [TestCase("-- tenantry: no transaction\ndrop index concurrently if exists i; reindex index concurrently j")]
    public void What_stays_in_the_tenant_is_let_through(string sql) => Assert.That(Errors(sql), Is.Empty);

    [TestCase("alter table t drop column x", "lint.contract")]
    [TestCase("alter table t alter column x type text", "lint.contract")]
    [TestCase("alter table t rename column x to y", "lint.contract")]
    [TestCase("alter table t add column x int not null", "lint.not_null")]
    [TestCase("create table t (id bigserial primary key)", "lint.serial")]
    [TestCase("create table t (x int)", "lint.primary_key")]
    [TestCase("create materialized view v as select 1", "lint.sharding")]
    [TestCase("-- tenantry: no transaction\nupdate t set x = 1", "lint.half_done")]
    [TestCase("do $$ begin execute format('drop table %I', 'x'); end $$", "lint.dynamic_sql")]
    public void What_a_fleet_should_be_careful_with_is_told(string sql, string rule)
    {
        Assert.That(Errors(sql), Is.Empty);
        Assert.That(ScriptLint.Lint("x.sql", sql).Select(finding => finding.Rule), Does.Contain(rule));
    }

    [Test]
    public void A_finding_says_where_it_is_even_in_a_function_body()
    {
        const string sql = "select 1;\ncreate function f() returns void language plpgsql as $f$\nbegin\n  delete from public.users;\nend $f$";
        Assert.That(Errors(sql).Select(finding => (finding.Line, finding.Column)), Is.EqualTo([(4, 15)]));
    }

    [Test]
    public void The_scripts_of_the_house_have_nothing_wrong() =>
        Assert.That(ScriptSet.Tenant.Scripts.SelectMany(ScriptLint.Lint), Is.Empty);

    [Test]
    public void A_way_back_is_examined_too_and_its_absence_told()
    {
        Assert.That(ScriptLint.Lint(new MigrationScript(1, "0001_x", "select 1", "drop schema x")).Single().File, Is.EqualTo("0001_x.down.sql"));
        Assert.That(ScriptLint.Lint(new MigrationScript(1, "0001_x", "select 1", null)).Single().Rule, Is.EqualTo("lint.no_way_back"));
    }

    [Test]
    public async Task A_script_that_leaves_its_tenant_runs_nowhere()
    {
        await using var database = await TestDatabase.CreateAsync(CancellationToken.None);
        var ada = await database.AddUserAsync("ada@example.com", CancellationToken.None);
        await database.AddOrgAsync("acme", ada, CancellationToken.None);
        var hostile = new ScriptSet(ScriptSet.Tenant.Scripts.Append(new MigrationScript(ScriptSet.Tenant.Newest + 1, "0099_leave", "create table notes (id uuid primary key);\ndelete from public.sessions;", null)));

        var fleet = new FleetMigrator(database.Database.Owner, hostile);
        Assert.That(async () => await fleet.MigrateAsync(new FleetOptions(), null, CancellationToken.None),
            Throws.InstanceOf<MigrationFailedException>().With.Message.Contains("0099_leave.sql:2:13").And.Message.Contains("lint.qualified_name"));
        Assert.That(async () => await new Provisioner(database.Database.Owner, hostile).CreateAsync(new NewOrg(TestDatabase.SlugOf("other"), "Other", ada, null), CancellationToken.None),
            Throws.InstanceOf<MigrationFailedException>());
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        Assert.That(await admin.ExecuteScalarAsync<long>("select (select count(*) from pg_tables where tablename = 'notes') + (select count(*) from public.orgs where slug = 'other')"), Is.Zero);
    }

    [Test]
    public async Task A_migration_changes_nothing_outside_of_its_schema()
    {
        await using var database = await TestDatabase.CreateAsync(CancellationToken.None);
        var schema = (await database.AddTenantAsync("acme", CancellationToken.None)).Org;
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        const string outside =
            """
            with own as (select n.oid from pg_namespace n join public.tenants t on t.schema_name = n.nspname)
            select md5(string_agg(line, e'\n' order by line)) from (
                select 'class ' || c.oid || c.relname || c.relkind::text || c.relowner || coalesce(c.relacl::text, '') || c.relnatts as line from pg_class c
                where c.relnamespace not in (select oid from own) and c.relname !~ '^pg_toast_' and c.relnamespace <> 'pg_toast'::regnamespace
                union all select 'proc ' || p.oid || p.proname || p.proowner || coalesce(p.proacl::text, '') || coalesce(p.prosrc, '') from pg_proc p where p.pronamespace not in (select oid from own)
                union all select 'type ' || t.oid || t.typname || coalesce(t.typacl::text, '') from pg_type t where t.typnamespace not in (select oid from own) and t.typnamespace <> 'pg_toast'::regnamespace
                union all select 'namespace ' || n.oid || n.nspname || n.nspowner || coalesce(n.nspacl::text, '') from pg_namespace n where n.oid not in (select oid from own)
                union all select 'role ' || r.oid || r.rolname || r.rolsuper || r.rolcreaterole || r.rolcanlogin from pg_roles r where r.rolname like current_database() || '%'
                union all select 'default ' || d.oid || d.defaclacl::text from pg_default_acl d where d.defaclnamespace not in (select oid from own)
                union all select 'extension ' || e.oid || e.extname from pg_extension e) everything
            """;
        var before = await admin.ExecuteScalarAsync<string>(outside);
        var scripts = new ScriptSet(ScriptSet.Tenant.Scripts.Append(new MigrationScript(ScriptSet.Tenant.Newest + 1, "0099_change",
            "alter table projects add column extra text; create table notes (id uuid primary key); create index notes_id on notes (id); create function one() returns integer language sql as 'select 1';", null)));
        var fleet = new FleetMigrator(database.Database.Owner, scripts);
        Assert.That((await fleet.MigrateAsync(new FleetOptions { Only = [schema] }, null, CancellationToken.None)).Failed, Is.Empty);
        Assert.That(await admin.ExecuteScalarAsync<string>(outside), Is.EqualTo(before));
    }

    private static IEnumerable<LintFinding> Errors(string sql) => ScriptLint.Lint("x.sql", sql).Where(finding => finding.Severity == LintSeverity.Error);
}

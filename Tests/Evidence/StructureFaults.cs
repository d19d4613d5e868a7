namespace Tenantry.Tests.Evidence;

/// <summary>Of what crosses schemas, of code, and of tenants that differ.</summary>
internal static class StructureFaults
{
    public static readonly Fault[] All =
    [
        new("references.dependencies", "create table {a}.more (id uuid primary key, project {b}.projects)"),
        new("references.dependencies", "create sequence {b}.counter; alter table {a}.projects add column number integer default nextval('{b}.counter')"),
        new("references.dependencies", "create function public.one() returns integer language sql as 'select 1'; alter table {a}.projects add column number integer default public.one()"),
        new("references.dependencies", "create domain {a}.kind as text; create table public.more (kind {a}.kind)"),
        new("references.dependencies", "create domain {b}.kind as text; create domain {a}.kind as {b}.kind"),
        new("references.dependencies", "create domain {b}.kind as text; create function {a}.one(kind {b}.kind) returns integer language sql as 'select 1'"),
        new("references.dependencies", "create collation {b}.plain from pg_catalog.\"C\"; create table {a}.more (name text collate {b}.plain)"),
        new("references.dependencies", "create function public.same(uuid, uuid) returns boolean language sql as 'select true'; create operator {a}.=== (leftarg = uuid, rightarg = uuid, function = public.same)"),
        new("references.dependencies", "create operator public.=== (leftarg = uuid, rightarg = uuid, function = pg_catalog.uuid_eq); alter table {a}.projects add check (id operator(public.===) id)"),
        new("references.dependencies", "create trigger told after insert on {a}.projects for each row execute function public.announce('id')"),
        new("references.dependencies", "create view public.seen as select id from {a}.projects"),
        new("references.dependencies", "create policy seen on {a}.projects using (exists (select from {b}.projects))"),
        new("references.foreign_keys", "alter table {a}.tasks add foreign key (project_id) references {b}.projects"),
        new("references.foreign_keys", "alter table {a}.projects add foreign key (created_by) references public.users"),
        new("references.inheritance", "create table public.all_projects (like {a}.projects); alter table {a}.projects inherit public.all_projects"),
        new("references.views", "create view {a}.seen as select id from {b}.projects"),
        new("references.views", "create view public.seen as select id from {a}.projects union all select id from {b}.projects"),
        new("references.views", "create view {a}.people as select email from public.users"),
        new("references.bodies", "create function {a}.count() returns bigint language sql as 'select count(*) from {b}.projects'"),
        new("references.bodies", "create function public.count() returns bigint language sql as 'select count(*) from {a}.projects'"),
        new("references.bodies", "create function {a}.people() returns bigint language plpgsql as $$ begin return (select count(*) from public.users); end $$"),
        new("references.triggers", "create trigger told after insert on {a}.projects for each row execute function public.announce('id')"),
        new("references.publications", "create publication everything for all tables"),
        new("references.publications", "create publication something for table {a}.projects"),
        new("references.subscriptions", "create subscription incoming connection 'dbname=nowhere' publication something with (connect = false)"),
        new("references.foreign_servers", "create foreign data wrapper outward"),
        new("code.definers", "create function public.leak() returns integer language sql security definer set search_path = pg_catalog, pg_temp as 'select 1'"),
        new("code.definers", "create function {a}.leak() returns integer language sql security definer set search_path = pg_catalog, pg_temp as 'select 1'"),
        new("code.definers", "create function tenancy.enter(who integer) returns text language sql security definer set search_path = pg_catalog, pg_temp as $$ select '' $$"),
        new("code.definer_paths", "alter function tenancy.enter(text, uuid, text, uuid, boolean, integer, integer) reset search_path"),
        new("code.definer_paths", "alter function tenancy.enter(text, uuid, text, uuid, boolean, integer, integer) set search_path = public"),
        new("code.bodies",
            """
            create or replace function tenancy.enter(session_id uuid, org_slug text, admin_required boolean, oldest integer, newest integer, org_id uuid default null)
            returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select '{b}' $$
            """),
        new("code.bodies", "create function public.extra() returns integer language sql as 'select 1'"),
        new("code.bodies", "drop trigger audit_log_append_only on public.audit_log; drop function public.refuse_change"),
        new("code.settings", "alter function public.announce set row_security = off"),
        new("code.dynamic", "create function public.run(what text) returns void language plpgsql as $$ begin execute what; end $$"),
        new("code.shadowing", "create function {a}.now() returns timestamptz language sql as 'select null::timestamptz'"),
        new("code.shadowing", "create table {a}.pg_class (id integer primary key)"),
        new("code.shadowing", "create operator {a}.= (leftarg = text, rightarg = text, function = pg_catalog.texteq)"),
        new("code.shadowing", "create domain {a}.uuid as text"),
        new("code.languages", "create trusted language other handler pg_catalog.plpgsql_call_handler"),
        new("code.languages", "create function {a}.process() returns integer language internal as 'pg_backend_pid'"),
        new("code.event_triggers", "create function public.watch() returns event_trigger language plpgsql as $$ begin end $$; create event trigger watch on ddl_command_start execute function public.watch()"),
        new("code.extensions", "insert into pg_catalog.pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion) values (99999, 'dblink', 10, 11, false, '1.2')"),
        new("code.extensions", "update pg_catalog.pg_extension set extnamespace = 'public'::regnamespace"),
        new("code.rules", "create rule silence as on insert to {a}.projects do instead nothing"),
        new("code.casts", "create cast (integer as uuid) with inout"),
        new("drift.columns", "alter table {a}.projects add column color text"),
        new("drift.columns", "alter table {a}.projects drop column description"),
        new("drift.columns", "alter table {a}.projects alter column name drop not null"),
        new("drift.columns", "alter table {a}.tasks alter column title type varchar(20)"),
        new("drift.columns", "alter table {a}.tasks alter column done set default true"),
        new("drift.constraints", "alter table {a}.projects drop constraint projects_status_check"),
        new("drift.constraints", "alter table {a}.tasks drop constraint tasks_project_id_fkey"),
        new("drift.constraints", "alter table {a}.projects add constraint named check (name <> '')"),
        new("drift.indexes", "drop index {a}.tasks_project_id"),
        new("drift.indexes", "create unique index one_name on {a}.projects (name)"),
        new("drift.code", "create function {a}.one() returns integer language sql as 'select 1'"),
        new("drift.code", "create view {a}.names as select name from {a}.projects"),
        new("drift.code",
            """
            do $$ declare other text; begin
                for other in select schema_name from public.tenants where schema_name <> '{a}' loop
                    execute format('create view %1$I.names as select name from %1$I.projects', other);
                end loop;
            end $$
            """),
        new("drift.grants", "revoke delete on {a}.tasks from {a}"),
        new("drift.grants", "grant truncate on {a}.tasks to {a}"),
        new("drift.unvalidated", "alter table {a}.projects add constraint named check (name <> '') not valid"),
        new("drift.invalid_indexes", "update pg_catalog.pg_index set indisvalid = false where indexrelid = '{a}.tasks_project_id'::regclass"),
        new("drift.primary_keys", "create table {a}.loose (id integer)"),
        new("drift.primary_keys", "alter table {a}.events drop constraint events_pkey"),
        new("drift.triggers", "alter table {a}.tasks disable trigger all"),
        new("drift.triggers", "alter table public.sessions disable trigger sessions_announce"),
    ];
}

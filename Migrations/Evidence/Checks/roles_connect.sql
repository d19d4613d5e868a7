-- id: roles.connect
-- title: Nobody else may connect
-- severity: medium
-- why: A login that the design does not know has rights that nobody thought of.
-- controls: SOC2 CC6.2, ISO27001 A.5.16, GDPR 32
with admin as (
    select p.proowner as oid from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'tenancy' and p.proname = 'create_tenant_role'
    union select d.datdba from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()), tenant as (
    select r.oid, r.rolname from pg_catalog.pg_roles r join pg_catalog.pg_namespace n on n.nspname = r.rolname
    where r.rolname ~ '^t_[0-9a-z]{10,40}$'),
found (subject, detail) as (
    select r.rolname::text, 'may connect to the database'
    from pg_catalog.pg_roles r
    where r.rolcanlogin and not r.rolsuper and pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'connect')
      and r.rolname not in (pg_catalog.current_database() || '_owner', pg_catalog.current_database() || '_control', pg_catalog.current_database() || '_data', pg_catalog.current_database() || '_auditor')
      and r.oid not in (select d.oid from admin d)
      and r.rolname not in (select 'l_' || pg_catalog.substr(t.rolname::text, 3) from tenant t))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

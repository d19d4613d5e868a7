-- id: roles.superusers
-- title: No superuser but the one the server was made with and the admin
-- severity: high
-- why: A superuser is refused nothing.
-- controls: SOC2 CC6.3, ISO27001 A.8.2, GDPR 32, PCI 7.2
with admin as (
    select p.proowner as oid from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'tenancy' and p.proname = 'create_tenant_role'
    union select d.datdba from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()),
found (subject, detail) as (
    select r.rolname::text, 'is a superuser'
    from pg_catalog.pg_roles r
    where r.rolsuper and r.oid <> 10 and r.oid not in (select d.oid from admin d))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

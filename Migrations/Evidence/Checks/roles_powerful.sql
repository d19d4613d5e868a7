-- id: roles.powerful
-- title: No other role makes roles, replicates or passes row security by
-- severity: medium
-- why: On PostgreSQL 15 CREATEROLE gives every tenant's role; REPLICATION copies the whole server.
-- controls: SOC2 CC6.3, ISO27001 A.8.2, GDPR 32, PCI 7.2
with admin as (
    select p.proowner as oid from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'tenancy' and p.proname = 'create_tenant_role'
    union select d.datdba from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()),
found (subject, detail) as (
    select r.rolname::text, 'has ' || pg_catalog.concat_ws(', ', case when r.rolsuper then 'SUPERUSER' end, case when r.rolcreaterole then 'CREATEROLE' end,
               case when r.rolcreatedb then 'CREATEDB' end, case when r.rolreplication then 'REPLICATION' end,
               case when r.rolbypassrls then 'BYPASSRLS' end)
    from pg_catalog.pg_roles r
    where not r.rolsuper and (r.rolcreaterole or r.rolreplication or r.rolbypassrls) and r.oid not in (select d.oid from admin d))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

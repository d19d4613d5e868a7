-- id: ownership.tenancy
-- title: The boundary's own functions and views belong to whom bootstrap gave them
-- severity: high
-- why: The entry runs as the owner login; what makes roles runs as the admin, and nobody else could replace it.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with admin as (
    select p.proowner as oid from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'tenancy' and p.proname = 'create_tenant_role'
    union select d.datdba from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()),
part (name, owner) as (
    select p.proname::text, p.proowner from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where n.nspname = 'tenancy'
    union all
    select c.relname::text, c.relowner from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = 'tenancy'),
ours (name) as (select r.oid from pg_catalog.pg_roles r where r.rolname in (pg_catalog.current_database() || '_owner', pg_catalog.current_database() || '_control', pg_catalog.current_database() || '_data', pg_catalog.current_database() || '_auditor') or r.rolname ~ '^[tl]_'),
found (subject, detail) as (
    select 'tenancy.' || p.name, 'belongs to ' || pg_catalog.pg_get_userbyid(p.owner)
    from part p
    where case when p.name in ('create_tenant_role', 'drop_tenant_role', 'create_tenant_login', 'guarded_functions', 'guarded_languages', 'host_rules', 'password_kinds')
               then p.owner in (select o.name from ours o) or p.owner not in (select d.oid from admin d)
               else pg_catalog.pg_get_userbyid(p.owner) <> pg_catalog.current_database() || '_owner' end)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

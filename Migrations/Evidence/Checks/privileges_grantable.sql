-- id: privileges.grantable
-- title: No right may be passed on
-- severity: high
-- why: WITH GRANT OPTION lets a role open to others what it was given.
-- controls: SOC2 CC6.3, ISO27001 A.8.2, GDPR 32, PCI 7.2
with acl (subject, owner, items) as (
    select 'schema ' || n.nspname, n.nspowner, n.nspacl from pg_catalog.pg_namespace n where n.nspacl is not null
    union all
    select n.nspname || '.' || c.relname, c.relowner, c.relacl from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relacl is not null
    union all
    select n.nspname || '.' || c.relname || '.' || t.attname, c.relowner, t.attacl
    from pg_catalog.pg_attribute t join pg_catalog.pg_class c on c.oid = t.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace where t.attacl is not null
    union all
    select n.nspname || '.' || p.proname, p.proowner, p.proacl from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where p.proacl is not null
    union all
    select 'language ' || l.lanname, l.lanowner, l.lanacl from pg_catalog.pg_language l where l.lanacl is not null
    union all
    select 'database ' || d.datname, d.datdba, d.datacl from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()),
found (subject, detail) as (
    select i.subject, coalesce(g.rolname, 'PUBLIC') || ' may pass on ' || a.privilege_type
    from acl i cross join lateral pg_catalog.aclexplode(i.items) a left join pg_catalog.pg_roles g on g.oid = a.grantee
    where a.is_grantable and a.grantee <> i.owner)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

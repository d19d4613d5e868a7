-- id: registry.orphan_schemas
-- title: Every schema of a tenant is registered
-- severity: high
-- why: Data of nobody known is under nobody's retention and is missed by every migration.
-- controls: SOC2 CC6.5, ISO27001 A.8.10, GDPR 5(1)(e)
with registered as (select t.schema_name from public.tenants t union select c.schema_name from public.canaries c),
found (subject, detail) as (
    select n.nspname::text, 'is no registered tenant''s schema'
    from pg_catalog.pg_namespace n
    where n.nspname ~ '^t_' and n.nspname::text not in (select r.schema_name from registered r))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

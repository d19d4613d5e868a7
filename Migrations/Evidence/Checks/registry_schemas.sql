-- id: registry.schemas
-- title: Every tenant has its schema
-- severity: high
-- why: A tenant without a schema of its own has nowhere that its data could be apart.
-- controls: SOC2 CC6.1, ISO27001 A.5.9, GDPR 32
with registered as (select t.schema_name from public.tenants t union select c.schema_name from public.canaries c),
found (subject, detail) as (
    select r.schema_name, 'is registered and has no schema'
    from registered r
    where not exists (select from pg_catalog.pg_namespace n where n.nspname = r.schema_name))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

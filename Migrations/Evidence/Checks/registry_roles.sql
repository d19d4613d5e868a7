-- id: registry.roles
-- title: Every tenant has its role
-- severity: high
-- why: The role is what PostgreSQL refuses other tenants by.
-- controls: SOC2 CC6.1, ISO27001 A.5.9, GDPR 32
with registered as (select t.schema_name from public.tenants t union select c.schema_name from public.canaries c),
found (subject, detail) as (
    select r.schema_name, 'is registered and has no role'
    from registered r
    where not exists (select from pg_catalog.pg_roles o where o.rolname = r.schema_name))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: registry.names
-- title: Names of tenants are generated ones
-- severity: high
-- why: A name that was chosen can need quotes, reveal whose it is, or be taken again.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 25
with found (subject, detail) as (
    select r.schema_name, 'is registered and no generated name'
    from (select t.schema_name from public.tenants t union select c.schema_name from public.canaries c) r
    where r.schema_name !~ '^t_[0-9a-z]{10,40}$'
    union
    select n.nspname::text, 'begins as a tenant''s schema and is no generated name'
    from pg_catalog.pg_namespace n
    where n.nspname ~* '^t_' and n.nspname !~ '^t_[0-9a-z]{10,40}$')
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

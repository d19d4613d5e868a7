-- id: registry.canaries
-- title: The two canaries are there
-- severity: medium
-- why: Each start of the service tries one against the other; with fewer there is nothing to try.
-- controls: SOC2 CC4.1, ISO27001 A.8.16
with found (subject, detail) as (
    select 'public.canaries', 'holds ' || pg_catalog.count(*) || ' schemas instead of two'
    from public.canaries c having pg_catalog.count(*) < 2
    union
    select c.schema_name, 'is a canary and a tenant' from public.canaries c join public.tenants t on t.schema_name = c.schema_name)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: data.persistence
-- title: Tenants' rows are logged, and once only
-- severity: medium
-- why: An unlogged table is empty after a crash; a materialized view keeps rows that were deleted.
-- controls: SOC2 A1.2, ISO27001 A.8.13, GDPR 17
with found (subject, detail) as (
    select n.nspname || '.' || c.relname, case when c.relpersistence = 'u' then 'is unlogged' else 'is a materialized view' end
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname ~ '^t_' and (c.relpersistence = 'u' or c.relkind = 'm'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

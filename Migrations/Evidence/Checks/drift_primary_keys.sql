-- id: drift.primary_keys
-- title: Every table has a primary key
-- severity: low
-- why: Without a key a row can be there twice and be told apart by nobody.
-- controls: SOC2 CC8.1, ISO27001 A.8.32, GDPR 32
with found (subject, detail) as (
    select n.nspname || '.' || c.relname, 'has no primary key'
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where (n.nspname ~ '^t_' or n.nspname in ('public', 'tenancy')) and c.relkind in ('r', 'p')
      and not exists (select from pg_catalog.pg_constraint k where k.conrelid = c.oid and k.contype = 'p'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

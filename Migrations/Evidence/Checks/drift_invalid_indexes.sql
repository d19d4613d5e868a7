-- id: drift.invalid_indexes
-- title: Every index is valid
-- severity: low
-- why: An index that was left half built keeps no rule and answers no query.
-- controls: SOC2 CC8.1, ISO27001 A.8.32, GDPR 32
with found (subject, detail) as (
    select n.nspname || '.' || c.relname, 'is an invalid index'
    from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where (n.nspname ~ '^t_' or n.nspname in ('public', 'tenancy')) and not (i.indisvalid and i.indisready and i.indislive))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

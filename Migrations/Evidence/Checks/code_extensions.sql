-- id: code.extensions
-- title: No extension outside the list
-- severity: medium
-- why: An extension brings functions that nobody here has read; dblink and file_fdw lead out.
-- controls: SOC2 CC8.1, ISO27001 A.8.28, GDPR 32, PCI 6.2
with found (subject, detail) as (
    select e.extname::text, 'is installed in version ' || e.extversion
    from pg_catalog.pg_extension e
    where e.extname not in ('plpgsql', 'citext', 'pgcrypto', 'uuid-ossp', 'btree_gin', 'btree_gist', 'pg_trgm', 'unaccent', 'hstore', 'ltree', 'pg_stat_statements')
    union
    select e.extname::text, 'lies in the schema ' || n.nspname
    from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
    where n.nspname ~ '^t_' or n.nspname in ('public', 'tenancy'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

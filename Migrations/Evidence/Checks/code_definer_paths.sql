-- id: code.definer_paths
-- title: Each of them has a path of its own that ends in pg_temp
-- severity: high
-- why: Otherwise the caller's path, or a temporary table, decides what the function's names mean.
-- controls: SOC2 CC8.1, ISO27001 A.8.28, GDPR 32, PCI 6.2
with found (subject, detail) as (
    select n.nspname || '.' || p.proname, 'has ' || coalesce('the ' || (select c from pg_catalog.unnest(p.proconfig) c where c ~ '^search_path='), 'no search_path')
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema')
      and not coalesce('search_path=pg_catalog, pg_temp' = any(p.proconfig), false))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

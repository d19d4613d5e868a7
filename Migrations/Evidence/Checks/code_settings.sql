-- id: code.settings
-- title: No function changes role or passes row security by
-- severity: high
-- why: A function's SET clause holds while it runs, for whoever calls it.
-- controls: SOC2 CC8.1, ISO27001 A.8.28, GDPR 32, PCI 6.2
with found (subject, detail) as (
    select n.nspname || '.' || p.proname, 'sets ' || pg_catalog.split_part(c, '=', 1)
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace cross join lateral pg_catalog.unnest(p.proconfig) c
    where n.nspname not in ('pg_catalog', 'information_schema')
      and pg_catalog.split_part(c, '=', 1) in ('role', 'session_authorization', 'row_security', 'session_replication_role'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: code.languages
-- title: No language but SQL and PL/pgSQL
-- severity: high
-- why: An untrusted language is a shell on the server; another trusted one can run SQL of its own making.
-- controls: SOC2 CC8.1, ISO27001 A.8.28, GDPR 32, PCI 6.2
with found (subject, detail) as (
    select l.lanname::text, case when l.lanpltrusted then 'is another language' else 'is an untrusted language' end
    from pg_catalog.pg_language l where l.lanname not in ('internal', 'c', 'sql', 'plpgsql')
    union
    select n.nspname || '.' || p.proname, 'is written in ' || l.lanname
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace join pg_catalog.pg_language l on l.oid = p.prolang
    where (n.nspname ~ '^t_' or n.nspname in ('public', 'tenancy')) and l.lanname not in ('sql', 'plpgsql'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

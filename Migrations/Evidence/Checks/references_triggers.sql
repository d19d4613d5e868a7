-- id: references.triggers
-- title: Triggers of tenants' tables run their own schema's functions
-- severity: high
-- why: A trigger's function sees every row that is written.
-- controls: SOC2 CC8.1, ISO27001 A.8.28, GDPR 32, PCI 6.2
with found (subject, detail) as (
    select n.nspname || '.' || c.relname || ' ' || t.tgname, 'runs ' || m.nspname || '.' || p.proname
    from pg_catalog.pg_trigger t
    join pg_catalog.pg_class c on c.oid = t.tgrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_proc p on p.oid = t.tgfoid join pg_catalog.pg_namespace m on m.oid = p.pronamespace
    where (n.nspname ~ '^t_' or m.nspname ~ '^t_') and n.oid <> m.oid and not (t.tgisinternal and m.nspname = 'pg_catalog'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

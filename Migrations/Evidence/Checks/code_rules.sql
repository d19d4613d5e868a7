-- id: code.rules
-- title: No rules rewrite queries
-- severity: medium
-- why: A rule turns one statement into another, with the rights of the table's owner.
-- controls: SOC2 CC8.1, ISO27001 A.8.28, GDPR 32, PCI 6.2
with found (subject, detail) as (
    select n.nspname || '.' || c.relname, 'has the rule ' || r.rulename
    from pg_catalog.pg_rewrite r join pg_catalog.pg_class c on c.oid = r.ev_class join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where r.rulename <> '_RETURN' and n.nspname not in ('pg_catalog', 'information_schema'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

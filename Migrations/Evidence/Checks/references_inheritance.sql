-- id: references.inheritance
-- title: No table inherits from another schema
-- severity: high
-- why: A query of the parent reads the rows of the child, with the rights on the parent.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select n.nspname || '.' || c.relname, 'inherits from ' || m.nspname || '.' || p.relname
    from pg_catalog.pg_inherits i
    join pg_catalog.pg_class c on c.oid = i.inhrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_class p on p.oid = i.inhparent join pg_catalog.pg_namespace m on m.oid = p.relnamespace
    where n.oid <> m.oid and (n.nspname ~ '^t_' or m.nspname ~ '^t_'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: references.foreign_keys
-- title: No foreign key leaves its schema
-- severity: high
-- why: A foreign key tells by its errors what the other table holds, and locks its rows.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select n.nspname || '.' || c.relname, 'references ' || m.nspname || '.' || r.relname
    from pg_catalog.pg_constraint k
    join pg_catalog.pg_class c on c.oid = k.conrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_class r on r.oid = k.confrelid join pg_catalog.pg_namespace m on m.oid = r.relnamespace
    where k.contype = 'f' and n.oid <> m.oid and (n.nspname ~ '^t_' or m.nspname ~ '^t_'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

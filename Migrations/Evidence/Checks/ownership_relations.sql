-- id: ownership.relations
-- title: Tables, views and sequences belong to the owner login
-- severity: high
-- why: A tenant that owned its table could give it to others; a view reads with its owner's rights.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select n.nspname || '.' || c.relname, 'belongs to ' || pg_catalog.pg_get_userbyid(c.relowner)
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where (n.nspname ~ '^t_' or n.nspname = 'public') and pg_catalog.pg_get_userbyid(c.relowner) <> pg_catalog.current_database() || '_owner')
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: ownership.types
-- title: Types belong to the owner login
-- severity: medium
-- why: Whoever owns a type may change what its columns and casts mean.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select n.nspname || '.' || t.typname, 'belongs to ' || pg_catalog.pg_get_userbyid(t.typowner)
    from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
    where (n.nspname ~ '^t_' or n.nspname = 'public') and t.typelem = 0 and t.typrelid = 0 and pg_catalog.pg_get_userbyid(t.typowner) <> pg_catalog.current_database() || '_owner')
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

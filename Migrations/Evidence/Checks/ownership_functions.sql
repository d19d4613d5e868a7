-- id: ownership.functions
-- title: Functions belong to the owner login
-- severity: high
-- why: A function with definer's rights is as strong as its owner.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select n.nspname || '.' || p.proname, 'belongs to ' || pg_catalog.pg_get_userbyid(p.proowner)
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where (n.nspname ~ '^t_' or n.nspname = 'public') and pg_catalog.pg_get_userbyid(p.proowner) <> pg_catalog.current_database() || '_owner')
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

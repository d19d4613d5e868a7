-- id: ownership.schemas
-- title: Tenants' and shared schemas belong to the owner login
-- severity: high
-- why: An owner may grant, drop and look into what is its own.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select n.nspname::text, 'belongs to ' || pg_catalog.pg_get_userbyid(n.nspowner)
    from pg_catalog.pg_namespace n
    where (n.nspname ~ '^t_' or n.nspname in ('public', 'tenancy')) and pg_catalog.pg_get_userbyid(n.nspowner) <> pg_catalog.current_database() || '_owner')
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

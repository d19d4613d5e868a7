-- id: registry.other_schemas
-- title: Every other schema is the owner's
-- severity: medium
-- why: What somebody else made beside the tenants is under none of these rules.
-- controls: SOC2 CC6.1, ISO27001 A.5.9, GDPR 32
with found (subject, detail) as (
    select n.nspname::text, 'belongs to ' || pg_catalog.pg_get_userbyid(n.nspowner)
    from pg_catalog.pg_namespace n
    where n.nspname !~ '^(pg_|t_)' and n.nspname <> 'information_schema'
      and pg_catalog.pg_get_userbyid(n.nspowner) <> pg_catalog.current_database() || '_owner')
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: ownership.database
-- title: The database belongs to none of the logins
-- severity: high
-- why: The owner of a database may drop it, open it to others and load trusted languages into it.
-- controls: SOC2 CC6.3, ISO27001 A.8.2, GDPR 32, PCI 7.2
with found (subject, detail) as (
    select d.datname::text, 'belongs to ' || r.rolname
    from pg_catalog.pg_database d join pg_catalog.pg_roles r on r.oid = d.datdba
    where d.datname = pg_catalog.current_database() and (r.rolname in (pg_catalog.current_database() || '_owner', pg_catalog.current_database() || '_control', pg_catalog.current_database() || '_data', pg_catalog.current_database() || '_auditor') or r.rolname = pg_catalog.current_database() || '_tenants' or r.rolname ~ '^[tl]_'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

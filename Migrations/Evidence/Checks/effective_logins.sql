-- id: effective.logins
-- title: The logins by themselves reach no tenant
-- severity: high
-- why: Before the entry was asked, and after RESET ROLE, a login is what it is by itself.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with login as materialized (
    select r.oid, r.rolname from pg_catalog.pg_roles r
    where r.rolname in (pg_catalog.current_database() || '_control', pg_catalog.current_database() || '_data', pg_catalog.current_database() || '_auditor', pg_catalog.current_database() || '_tenants')),
relation as materialized (
    select c.oid, n.nspname || '.' || c.relname as name from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname ~ '^t_' and c.relkind in ('r', 'p', 'v', 'm', 'f')),
found (subject, detail) as (
    select l.rolname::text, 'may use or create in the schema ' || n.nspname
    from login l join pg_catalog.pg_namespace n on n.nspname ~ '^t_'
    where pg_catalog.has_schema_privilege(l.oid, n.oid, 'USAGE, CREATE')
    union
    select l.rolname::text, 'has rights on ' || c.name
    from login l cross join relation c
    where pg_catalog.has_table_privilege(l.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
       or pg_catalog.has_any_column_privilege(l.oid, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: effective.shared
-- title: Tenants' roles and the data plane's logins reach nothing shared
-- severity: high
-- why: Computed by the server: rights that come by PUBLIC or by a membership are rights.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with role as materialized (
    select r.oid, r.rolname from pg_catalog.pg_roles r
    where r.rolname in (pg_catalog.current_database() || '_data', pg_catalog.current_database() || '_tenants')
       or pg_catalog.regexp_replace(r.rolname::text, '^l_', 't_') in (select n.nspname::text from pg_catalog.pg_namespace n where n.nspname ~ '^t_[0-9a-z]{10,40}$')),
schema as materialized (
    select n.oid, n.nspname from pg_catalog.pg_namespace n
    where n.nspname !~ '^(pg_|t_)' and n.nspname not in ('information_schema', 'extensions', 'shared')),
relation as materialized (
    select c.oid, s.nspname || '.' || c.relname as name from pg_catalog.pg_class c join schema s on s.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f')),
found (subject, detail) as (
    select r.rolname::text, 'may use the schema ' || s.nspname
    from role r cross join schema s
    where pg_catalog.has_schema_privilege(r.oid, s.oid, case s.nspname when 'tenancy' then 'CREATE' else 'USAGE, CREATE' end)
    union
    select r.rolname::text, 'has rights on ' || c.name
    from role r cross join relation c
    where pg_catalog.has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
       or pg_catalog.has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

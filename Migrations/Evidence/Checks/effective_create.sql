-- id: effective.create
-- title: Nobody but the owner and the admin makes schemas, temporary tables or shared objects
-- severity: high
-- why: What a role makes it owns, may open to others, and can put in the way of a name.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with role as materialized (
    select r.oid, r.rolname from pg_catalog.pg_roles r
    where r.rolname in (pg_catalog.current_database() || '_control', pg_catalog.current_database() || '_data', pg_catalog.current_database() || '_auditor', pg_catalog.current_database() || '_tenants')
       or pg_catalog.regexp_replace(r.rolname::text, '^l_', 't_') in (select n.nspname::text from pg_catalog.pg_namespace n where n.nspname ~ '^t_[0-9a-z]{10,40}$')),
found (subject, detail) as (
    select r.rolname::text, 'may make schemas or temporary tables'
    from role r where pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'CREATE, TEMP')
    union
    select r.rolname::text, 'may create in the schema ' || n.nspname
    from role r join pg_catalog.pg_namespace n on n.nspname in ('public', 'tenancy') or n.nspname = r.rolname
    where pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

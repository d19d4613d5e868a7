-- id: effective.schemas
-- title: No tenant's role can use another tenant's schema
-- severity: high
-- why: All pairs, computed by the server: whatever the grants look like, this is what they come to.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with tenant as (
    select r.oid, r.rolname from pg_catalog.pg_roles r join pg_catalog.pg_namespace n on n.nspname = r.rolname
    where r.rolname ~ '^t_[0-9a-z]{10,40}$'),
found (subject, detail) as (
    select t.rolname::text, 'may use or create in the schema ' || n.nspname
    from tenant t join pg_catalog.pg_namespace n on n.nspname ~ '^t_' and n.nspname <> t.rolname
    where pg_catalog.has_schema_privilege(t.oid, n.oid, 'USAGE, CREATE'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: effective.guarded
-- title: No tenant's role can call a guarded function
-- severity: high
-- why: Computed by the server, for the roles that injected text would run as.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with tenant as (
    select r.oid, r.rolname from pg_catalog.pg_roles r join pg_catalog.pg_namespace n on n.nspname = r.rolname
    where r.rolname ~ '^t_[0-9a-z]{10,40}$'),
-- What is open to PUBLIC is found once, by privileges.guarded_functions.
guarded as materialized (select f.oid, f.name from tenancy.guarded_functions f where not f.open),
found (subject, detail) as (
    select t.rolname::text, 'may execute ' || f.name
    from tenant t cross join guarded f
    where pg_catalog.has_function_privilege(t.oid, f.oid, 'EXECUTE'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

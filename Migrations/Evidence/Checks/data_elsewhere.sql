-- id: data.elsewhere
-- title: Tenants' roles have nothing in other databases
-- severity: medium
-- why: Roles are the server's: rights in another database outlive the tenant here, and its role cannot be dropped.
-- controls: SOC2 CC6.3, ISO27001 A.5.18, GDPR 32
with tenant as (
    select r.oid, r.rolname from pg_catalog.pg_roles r join pg_catalog.pg_namespace n on n.nspname = r.rolname
    where r.rolname ~ '^t_[0-9a-z]{10,40}$'),
found (subject, detail) as (
    select t.rolname::text, 'is named by something in another database'
    from pg_catalog.pg_shdepend s
    join tenant t on t.oid = s.refobjid and s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
    left join pg_catalog.pg_database d on d.oid = s.dbid
    where s.dbid <> 0 and d.datname is distinct from pg_catalog.current_database())
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

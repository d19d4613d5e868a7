-- id: privileges.elsewhere
-- title: Tenants' roles have no rights outside their schema
-- severity: high
-- why: pg_shdepend knows every object in whose rights a role is named, of whatever kind.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with tenant as (
    select r.oid, r.rolname from pg_catalog.pg_roles r join pg_catalog.pg_namespace n on n.nspname = r.rolname
    where r.rolname ~ '^t_[0-9a-z]{10,40}$'),
found (subject, detail) as (
    select t.rolname::text, 'has rights on ' || coalesce(pg_catalog.pg_describe_object(s.classid, s.objid, s.objsubid), 'something that is gone')
    from pg_catalog.pg_shdepend s
    join tenant t on t.oid = s.refobjid and s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
    left join pg_catalog.pg_database d on d.oid = s.dbid
    left join pg_catalog.pg_class c on s.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = s.objid
    left join pg_catalog.pg_default_acl a on s.classid = 'pg_catalog.pg_default_acl'::pg_catalog.regclass and a.oid = s.objid
    left join pg_catalog.pg_proc p on s.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = s.objid
    left join pg_catalog.pg_type y on s.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and y.oid = s.objid
    left join pg_catalog.pg_namespace n on n.oid = coalesce(
        c.relnamespace, a.defaclnamespace, p.pronamespace, y.typnamespace, case when s.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass then s.objid end)
    where (s.dbid = 0 or d.datname = pg_catalog.current_database()) and s.deptype in ('a', 'r') and n.nspname is distinct from t.rolname)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

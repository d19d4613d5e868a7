-- id: ownership.logins
-- title: Logins and tenants' roles own nothing
-- severity: high
-- why: What a role owns it may open to everybody.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select r.rolname::text, 'owns ' || coalesce(pg_catalog.pg_describe_object(s.classid, s.objid, s.objsubid), 'something')
    from pg_catalog.pg_shdepend s
    join pg_catalog.pg_roles r on r.oid = s.refobjid and s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
    left join pg_catalog.pg_database d on d.oid = s.dbid
    where s.deptype = 'o' and (s.dbid = 0 or d.datname = pg_catalog.current_database())
      and (r.rolname in (pg_catalog.current_database() || '_control', pg_catalog.current_database() || '_data', pg_catalog.current_database() || '_auditor', pg_catalog.current_database() || '_tenants') or r.rolname ~ '^[tl]_'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

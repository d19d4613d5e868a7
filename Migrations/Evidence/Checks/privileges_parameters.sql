-- id: privileges.parameters
-- title: No role may set parameters that are an administrator's
-- severity: medium
-- why: SET on session_replication_role switches triggers off; on log settings it writes statements into files.
-- controls: SOC2 CC6.3, ISO27001 A.8.2, GDPR 32, PCI 7.2
with found (subject, detail) as (
    select p.parname, coalesce(g.rolname, 'PUBLIC') || ' has ' || a.privilege_type
    from pg_catalog.pg_parameter_acl p
    cross join lateral pg_catalog.aclexplode(p.paracl) a left join pg_catalog.pg_roles g on g.oid = a.grantee
    where a.grantee <> 10)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

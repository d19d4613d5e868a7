-- id: privileges.database
-- title: The database is open to the logins only
-- severity: high
-- why: CONNECT of PUBLIC lets in every login of the server; TEMP is a schema that is searched first.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select d.datname::text, coalesce(g.rolname, 'PUBLIC') || ' has ' || a.privilege_type
    from pg_catalog.pg_database d
    cross join lateral pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) a
    left join pg_catalog.pg_roles g on g.oid = a.grantee
    where d.datname = pg_catalog.current_database() and a.grantee <> d.datdba
      and not (a.privilege_type = 'CONNECT' and (g.rolname in (pg_catalog.current_database() || '_owner', pg_catalog.current_database() || '_control', pg_catalog.current_database() || '_data', pg_catalog.current_database() || '_auditor') or g.rolname = pg_catalog.current_database() || '_tenants'))
      and not (a.privilege_type = 'CREATE' and g.rolname = pg_catalog.current_database() || '_owner'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

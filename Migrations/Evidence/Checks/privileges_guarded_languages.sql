-- id: privileges.guarded_languages
-- title: PUBLIC may not write DO blocks
-- severity: high
-- why: A DO block is several statements as one, SET ROLE among them.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select l.name, 'is open to PUBLIC' from tenancy.guarded_languages l where l.open
    union
    select l.name, g.rolname || ' may use it'
    from tenancy.guarded_languages l join pg_catalog.pg_language p on p.oid = l.oid
    cross join lateral pg_catalog.aclexplode(p.lanacl) a join pg_catalog.pg_roles g on g.oid = a.grantee
    where a.grantee <> p.lanowner and g.rolname <> pg_catalog.current_database() || '_owner')
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

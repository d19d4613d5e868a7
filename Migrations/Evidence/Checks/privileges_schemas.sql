-- id: privileges.schemas
-- title: A tenant's schema is open to its own role only
-- severity: high
-- why: USAGE on the schema is the first of the two refusals that keep another tenant out.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select n.nspname::text, coalesce(g.rolname, 'PUBLIC') || ' has ' || a.privilege_type
    from pg_catalog.pg_namespace n
    cross join lateral pg_catalog.aclexplode(n.nspacl) a
    left join pg_catalog.pg_roles g on g.oid = a.grantee
    where n.nspname ~ '^t_' and a.grantee <> n.nspowner
      and not (g.rolname is not distinct from n.nspname and a.privilege_type = 'USAGE'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

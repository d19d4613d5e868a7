-- id: privileges.shared_schemas
-- title: The shared schemas are open to the logins that need them
-- severity: high
-- why: Without USAGE no grant on a table of the schema counts.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select n.nspname::text, coalesce(g.rolname, 'PUBLIC') || ' has ' || a.privilege_type
    from pg_catalog.pg_namespace n
    cross join lateral pg_catalog.aclexplode(n.nspacl) a
    left join pg_catalog.pg_roles g on g.oid = a.grantee
    where n.nspname in ('public', 'tenancy') and a.grantee <> n.nspowner
      and not (a.privilege_type = 'USAGE' and (n.nspname, pg_catalog.replace(g.rolname::text, pg_catalog.current_database() || '_', '')) in (
          ('public', 'control'), ('public', 'auditor'), ('tenancy', 'data'), ('tenancy', 'tenants'), ('tenancy', 'auditor'))))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

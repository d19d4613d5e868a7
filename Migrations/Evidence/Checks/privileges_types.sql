-- id: privileges.types
-- title: Types of our schemas are open to nobody else
-- severity: low
-- why: A type that is used elsewhere ties its schema to what uses it.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select n.nspname || '.' || t.typname, coalesce(g.rolname, 'PUBLIC') || ' has ' || a.privilege_type
    from pg_catalog.pg_type t
    join pg_catalog.pg_namespace n on n.oid = t.typnamespace
    cross join lateral pg_catalog.aclexplode(coalesce(t.typacl, pg_catalog.acldefault('T', t.typowner))) a
    left join pg_catalog.pg_roles g on g.oid = a.grantee
    -- Arrays follow their elements, and a table's row type its table.
    where (n.nspname ~ '^t_' or n.nspname in ('public', 'tenancy')) and t.typtype in ('d', 'e', 'r') and a.grantee <> t.typowner
      and not (g.rolname is not distinct from n.nspname))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

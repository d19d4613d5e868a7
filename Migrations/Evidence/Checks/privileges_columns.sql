-- id: privileges.columns
-- title: No rights on single columns in tenants' schemas
-- severity: medium
-- why: A column's grant is not seen among the table's, and survives what is revoked there.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select n.nspname || '.' || c.relname || '.' || t.attname, coalesce(g.rolname, 'PUBLIC') || ' has ' || a.privilege_type
    from pg_catalog.pg_attribute t
    join pg_catalog.pg_class c on c.oid = t.attrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    cross join lateral pg_catalog.aclexplode(t.attacl) a
    left join pg_catalog.pg_roles g on g.oid = a.grantee
    where n.nspname ~ '^t_' and t.attacl is not null)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

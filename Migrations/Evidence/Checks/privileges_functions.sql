-- id: privileges.functions
-- title: A tenant's functions are open to nobody else
-- severity: medium
-- why: Functions are open to PUBLIC unless it is taken away; the owner's default privileges do.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select n.nspname || '.' || p.proname, coalesce(g.rolname, 'PUBLIC') || ' has ' || a.privilege_type
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    cross join lateral pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
    left join pg_catalog.pg_roles g on g.oid = a.grantee
    where n.nspname ~ '^t_' and a.grantee <> p.proowner and g.rolname is distinct from n.nspname)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

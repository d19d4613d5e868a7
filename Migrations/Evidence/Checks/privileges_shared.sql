-- id: privileges.shared
-- title: Nobody else has rights on shared tables
-- severity: high
-- why: The data plane reads no table of people and orgs: the entry function does, and answers a name.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with granted as (
    select c.relname::text as relation, '' as field, a.privilege_type as privilege, g.rolname
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    cross join lateral pg_catalog.aclexplode(c.relacl) a join pg_catalog.pg_roles g on g.oid = a.grantee
    where n.nspname in ('public', 'tenancy')
    union all
    select c.relname::text, t.attname::text, a.privilege_type, g.rolname
    from pg_catalog.pg_attribute t join pg_catalog.pg_class c on c.oid = t.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    cross join lateral pg_catalog.aclexplode(t.attacl) a join pg_catalog.pg_roles g on g.oid = a.grantee
    where n.nspname in ('public', 'tenancy') and t.attacl is not null),
found (subject, detail) as (
    select pg_catalog.rtrim(x.relation || '.' || x.field, '.'), x.rolname || ' has ' || x.privilege
    from granted x
    where x.rolname not in (pg_catalog.current_database() || '_owner', pg_catalog.current_database() || '_control', pg_catalog.current_database() || '_auditor')
      -- What bootstrap's admin made is its own.
      and x.rolname not in (
          select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          where n.nspname = 'tenancy' and c.relname = x.relation))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

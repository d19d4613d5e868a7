-- id: privileges.defaults
-- title: What later migrations make is open to its own tenant only
-- severity: high
-- why: Default privileges decide for every table to come.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with tenant as (select n.oid, n.nspname from pg_catalog.pg_namespace n where n.nspname ~ '^t_[0-9a-z]{10,40}$'),
entry as (
    select d.defaclnamespace as schema, coalesce(n.nspname::text, '') as nspname, d.defaclobjtype as kind, o.rolname::text as owner,
           coalesce(g.rolname::text, 'PUBLIC') as grantee, a.privilege_type as privilege, a.is_grantable as grantable
    from pg_catalog.pg_default_acl d
    join pg_catalog.pg_roles o on o.oid = d.defaclrole
    left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace
    cross join lateral pg_catalog.aclexplode(d.defaclacl) a
    left join pg_catalog.pg_roles g on g.oid = a.grantee),
found (subject, detail) as (
    select coalesce(nullif(e.nspname, ''), 'everywhere'), e.grantee || ' gets ' || e.privilege || ' on what ' || e.owner || ' makes (kind ' || e.kind::text || ')'
    from entry e
    where e.grantee <> e.owner
      and not (e.nspname ~ '^t_[0-9a-z]{10,40}$' and e.grantee = e.nspname and e.owner = pg_catalog.current_database() || '_owner' and not e.grantable
               and (e.kind = 'S' and e.privilege = 'USAGE' or e.kind = 'r' and e.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')))
    union
    select t.nspname::text, 'gives its role no ' || w.privilege || ' on what is made (kind ' || w.kind::text || ')'
    from tenant t cross join (values ('r'::"char", 'SELECT'), ('r', 'INSERT'), ('r', 'UPDATE'), ('r', 'DELETE'), ('S', 'USAGE')) w (kind, privilege)
    where not exists (select from entry e where e.schema = t.oid and e.kind = w.kind and e.grantee = t.nspname and e.privilege = w.privilege and e.owner = pg_catalog.current_database() || '_owner')
    union
    select 'everywhere', 'PUBLIC gets by default what the owner login makes (kind ' || w.kind::text || ')'
    from (values ('f'::"char"), ('T')) w (kind)
    where not exists (
        select from pg_catalog.pg_default_acl d join pg_catalog.pg_roles o on o.oid = d.defaclrole
        where d.defaclnamespace = 0 and d.defaclobjtype = w.kind and o.rolname = pg_catalog.current_database() || '_owner'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: privileges.relations
-- title: A tenant's tables are open to its own role only, to read and write rows
-- severity: high
-- why: TRUNCATE, TRIGGER and REFERENCES are no rights on rows, and lead out of them.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select n.nspname || '.' || c.relname, coalesce(g.rolname, 'PUBLIC') || ' has ' || a.privilege_type
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    cross join lateral pg_catalog.aclexplode(c.relacl) a
    left join pg_catalog.pg_roles g on g.oid = a.grantee
    where n.nspname ~ '^t_' and a.grantee <> c.relowner
      and not (g.rolname is not distinct from n.nspname and c.relname <> 'migration_journal'
               and a.privilege_type = any(case c.relkind when 'S' then array['USAGE'] else array['SELECT', 'INSERT', 'UPDATE', 'DELETE'] end)))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

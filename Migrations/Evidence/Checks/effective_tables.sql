-- id: effective.tables
-- title: No tenant's role can read or write another tenant's table
-- severity: high
-- why: Computed by the server: all pairs of a hundred tenants; of more, the pairs in which role or table is out of the ordinary.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with tenant as (
    select r.oid, r.rolname from pg_catalog.pg_roles r join pg_catalog.pg_namespace n on n.nspname = r.rolname
    where r.rolname ~ '^t_[0-9a-z]{10,40}$'),
relation as (
    select c.oid, c.relname, n.nspname, c.relacl, c.relowner from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname ~ '^t_' and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')),
-- Rights come by a grant to somebody else or by a membership: where there is neither, there are none.
odd_role as materialized (
    select t.oid, t.rolname from tenant t join pg_catalog.pg_roles r on r.oid = t.oid
    where r.rolsuper or t.oid in (select m.member from pg_catalog.pg_auth_members m)),
odd_relation as materialized (
    select r.oid, r.relname, r.nspname
    from relation r cross join lateral pg_catalog.aclexplode(r.relacl) a left join pg_catalog.pg_roles g on g.oid = a.grantee
    where a.grantee <> r.relowner and g.rolname is distinct from r.nspname
    union
    select r.oid, r.relname, r.nspname
    from relation r
    where pg_catalog.pg_get_userbyid(r.relowner) <> pg_catalog.current_database() || '_owner' or r.oid in (select a.attrelid from pg_catalog.pg_attribute a where a.attacl is not null)),
pair (role, rolname, oid, relname, nspname) as (
    select o.oid, o.rolname, r.oid, r.relname, r.nspname from odd_role o join relation r on r.nspname <> o.rolname
    union
    select t.oid, t.rolname, r.oid, r.relname, r.nspname from tenant t join odd_relation r on r.nspname <> t.rolname
    union
    select t.oid, t.rolname, r.oid, r.relname, r.nspname from tenant t join relation r on r.nspname <> t.rolname
    where (select pg_catalog.count(*) from tenant c) <= 100),
found (subject, detail) as (
    select p.rolname::text, 'has rights on ' || p.nspname || '.' || p.relname
    from pair p
    where pg_catalog.has_table_privilege(p.role, p.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
       or pg_catalog.has_any_column_privilege(p.role, p.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: roles.tenant_edges
-- title: A tenant's role is a member of no other
-- severity: high
-- why: Who has entered one tenant could take the next by SET ROLE, or has its rights already.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with tenant as (
    select r.oid, r.rolname from pg_catalog.pg_roles r join pg_catalog.pg_namespace n on n.nspname = r.rolname
    where r.rolname ~ '^t_[0-9a-z]{10,40}$'),
found (subject, detail) as (
    select t.rolname::text, 'is a member of ' || g.rolname
    from tenant t join pg_catalog.pg_auth_members m on m.member = t.oid join pg_catalog.pg_roles g on g.oid = m.roleid
    union
    select g.rolname::text, 'is a member of ' || o.rolname
    from pg_catalog.pg_roles g join pg_catalog.pg_auth_members m on m.member = g.oid join pg_catalog.pg_roles o on o.oid = m.roleid
    where g.rolname = pg_catalog.current_database() || '_tenants')
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

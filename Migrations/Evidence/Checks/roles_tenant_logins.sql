-- id: roles.tenant_logins
-- title: A tenant's own login is bare and leads to that tenant only
-- severity: high
-- why: Where tenants have logins, whatever such a login is made to run finds no other role to take.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with tenant as (
    select r.oid, r.rolname from pg_catalog.pg_roles r join pg_catalog.pg_namespace n on n.nspname = r.rolname
    where r.rolname ~ '^t_[0-9a-z]{10,40}$'),
login as (select l.oid, l.rolname, t.rolname as own from tenant t join pg_catalog.pg_roles l on l.rolname = 'l_' || pg_catalog.substr(t.rolname::text, 3)),
found (subject, detail) as (
    select l.rolname::text, 'is a member of ' || g.rolname
    from login l join pg_catalog.pg_auth_members m on m.member = l.oid join pg_catalog.pg_roles g on g.oid = m.roleid
    where g.rolname <> l.own and g.rolname <> pg_catalog.current_database() || '_tenants'
    union
    select l.rolname::text, 'has ' || pg_catalog.concat_ws(', ', case when r.rolsuper then 'SUPERUSER' end, case when r.rolcreaterole then 'CREATEROLE' end,
               case when r.rolcreatedb then 'CREATEDB' end, case when r.rolreplication then 'REPLICATION' end,
               case when r.rolbypassrls then 'BYPASSRLS' end)
    from login l join pg_catalog.pg_roles r on r.oid = l.oid
    where r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolbypassrls
    union
    select l.rolname::text, m.rolname || ' is a member of it'
    from login l join pg_catalog.pg_auth_members a on a.roleid = l.oid join pg_catalog.pg_roles m on m.oid = a.member
    where coalesce((pg_catalog.to_jsonb(a) ->> 'set_option')::boolean, true))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

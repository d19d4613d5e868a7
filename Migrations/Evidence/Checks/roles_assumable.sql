-- id: roles.assumable
-- title: Only the data login and a tenant's own may take its role
-- severity: high
-- why: The way into a tenant is the entry function, by one login.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with tenant as (
    select r.oid, r.rolname from pg_catalog.pg_roles r join pg_catalog.pg_namespace n on n.nspname = r.rolname
    where r.rolname ~ '^t_[0-9a-z]{10,40}$'),
found (subject, detail) as (
    select t.rolname::text, 'may be taken by ' || m.rolname
    from tenant t join pg_catalog.pg_auth_members a on a.roleid = t.oid join pg_catalog.pg_roles m on m.oid = a.member
    -- From PostgreSQL 16 on, to have made a role is a membership without SET.
    where m.rolname not in (pg_catalog.current_database() || '_data', 'l_' || pg_catalog.substr(t.rolname::text, 3))
      and coalesce((pg_catalog.to_jsonb(a) ->> 'set_option')::boolean, true)
    union
    select t.rolname::text, 'may not be taken by the data login'
    from tenant t
    where not exists (
        select from pg_catalog.pg_auth_members a join pg_catalog.pg_roles m on m.oid = a.member
        where a.roleid = t.oid and m.rolname = pg_catalog.current_database() || '_data'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

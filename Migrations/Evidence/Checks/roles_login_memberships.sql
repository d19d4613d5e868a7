-- id: roles.login_memberships
-- title: The logins are members of nothing but what bootstrap says
-- severity: high
-- why: A membership adds all rights of another role, present and future.
-- controls: SOC2 CC6.3, ISO27001 A.8.2, GDPR 32, PCI 7.2
with found (subject, detail) as (
    select m.rolname::text, 'is a member of ' || g.rolname
    from pg_catalog.pg_auth_members a join pg_catalog.pg_roles g on g.oid = a.roleid join pg_catalog.pg_roles m on m.oid = a.member
    where m.rolname in (pg_catalog.current_database() || '_owner', pg_catalog.current_database() || '_control', pg_catalog.current_database() || '_data', pg_catalog.current_database() || '_auditor')
      and not (m.rolname = pg_catalog.current_database() || '_data' and g.rolname ~ '^t_[0-9a-z]{10,40}$'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

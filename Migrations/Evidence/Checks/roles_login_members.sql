-- id: roles.login_members
-- title: Nobody is a member of the logins
-- severity: high
-- why: A member of the data login reaches all tenants, one of the owner owns them.
-- controls: SOC2 CC6.3, ISO27001 A.8.2, GDPR 32, PCI 7.2
with admin as (
    select p.proowner as oid from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'tenancy' and p.proname = 'create_tenant_role'
    union select d.datdba from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()),
found (subject, detail) as (
    select g.rolname::text, 'has the member ' || m.rolname
    from pg_catalog.pg_auth_members a join pg_catalog.pg_roles g on g.oid = a.roleid join pg_catalog.pg_roles m on m.oid = a.member
    where g.rolname in (pg_catalog.current_database() || '_owner', pg_catalog.current_database() || '_control', pg_catalog.current_database() || '_data', pg_catalog.current_database() || '_auditor')
      -- Bootstrap makes the admin a member of the owner where it is no superuser, and from PostgreSQL 16 on it administers what it made.
      and not (m.oid in (select d.oid from admin d) and not m.rolsuper)
    union
    select g.rolname::text, 'has the member ' || m.rolname || ', no tenant''s login'
    from pg_catalog.pg_auth_members a join pg_catalog.pg_roles g on g.oid = a.roleid join pg_catalog.pg_roles m on m.oid = a.member
    where g.rolname = pg_catalog.current_database() || '_tenants' and m.oid not in (select d.oid from admin d)
      and not exists (select from pg_catalog.pg_namespace n where n.nspname = 't_' || pg_catalog.substr(m.rolname::text, 3) and m.rolname ~ '^l_'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: effective.roles
-- title: Nobody comes into a tenant's role by a detour
-- severity: high
-- why: A member of a member may SET ROLE all the way: followed through all memberships.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with recursive admin as (
    select p.proowner as oid from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'tenancy' and p.proname = 'create_tenant_role'
    union select d.datdba from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()), tenant as (
    select r.oid, r.rolname from pg_catalog.pg_roles r join pg_catalog.pg_namespace n on n.nspname = r.rolname
    where r.rolname ~ '^t_[0-9a-z]{10,40}$'),
reach (tenant, member) as (
    select a.roleid, a.member from pg_catalog.pg_auth_members a join tenant t on t.oid = a.roleid
    union
    select r.tenant, a.member from reach r join pg_catalog.pg_auth_members a on a.roleid = r.member),
found (subject, detail) as (
    select t.rolname::text, m.rolname || ' can become it'
    from reach r join tenant t on t.oid = r.tenant join pg_catalog.pg_roles m on m.oid = r.member
    where not m.rolsuper and m.oid not in (select d.oid from admin d)
      and m.rolname not in (pg_catalog.current_database() || '_data', 'l_' || pg_catalog.substr(t.rolname::text, 3))
      and pg_catalog.pg_has_role(m.oid, t.oid, 'MEMBER'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

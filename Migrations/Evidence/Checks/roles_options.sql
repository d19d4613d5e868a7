-- id: roles.options
-- title: No membership in a tenant is inherited or administered
-- severity: high
-- why: Rights that pass without SET ROLE are there before the entry was asked; who administers a role gives it away.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with admin as (
    select p.proowner as oid from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'tenancy' and p.proname = 'create_tenant_role'
    union select d.datdba from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()), tenant as (
    select r.oid, r.rolname from pg_catalog.pg_roles r join pg_catalog.pg_namespace n on n.nspname = r.rolname
    where r.rolname ~ '^t_[0-9a-z]{10,40}$'),
found (subject, detail) as (
    select t.rolname::text, 'is administered by ' || m.rolname
    from tenant t join pg_catalog.pg_auth_members a on a.roleid = t.oid join pg_catalog.pg_roles m on m.oid = a.member
    where a.admin_option and m.oid not in (select d.oid from admin d)
    union
    -- The column is there from PostgreSQL 16 on; before, the member's NOINHERIT says it for all its memberships.
    select t.rolname::text, 'is inherited by ' || m.rolname
    from tenant t join pg_catalog.pg_auth_members a on a.roleid = t.oid join pg_catalog.pg_roles m on m.oid = a.member
    where coalesce((pg_catalog.to_jsonb(a) ->> 'inherit_option')::boolean, m.rolinherit and m.rolname !~ '^l_'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

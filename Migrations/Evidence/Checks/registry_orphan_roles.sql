-- id: registry.orphan_roles
-- title: Every role of a tenant is registered
-- severity: medium
-- why: A role that outlives its tenant keeps whatever it was granted.
-- controls: SOC2 CC6.2, ISO27001 A.5.18, GDPR 32
with registered as (select t.schema_name from public.tenants t union select c.schema_name from public.canaries c),
-- Roles are the whole server's: those are this database's that its logins may take, or that have rights in it.
here as (
    select m.roleid as oid from pg_catalog.pg_auth_members m join pg_catalog.pg_roles d on d.oid = m.member
    where d.rolname = pg_catalog.current_database() || '_data'
    union
    select m.member from pg_catalog.pg_auth_members m join pg_catalog.pg_roles g on g.oid = m.roleid
    where g.rolname = pg_catalog.current_database() || '_tenants'
    union
    select s.refobjid from pg_catalog.pg_shdepend s join pg_catalog.pg_database d on d.oid = s.dbid
    where d.datname = pg_catalog.current_database() and s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass),
found (subject, detail) as (
    select r.rolname::text, 'is no registered tenant''s role or login'
    from here h join pg_catalog.pg_roles r on r.oid = h.oid
    where r.rolname ~ '^[tl]_' and 't_' || pg_catalog.substr(r.rolname::text, 3) not in (select g.schema_name from registered g))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

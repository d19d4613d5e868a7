-- id: roles.tenants
-- title: Tenants' roles are bare and nobody's login
-- severity: high
-- why: A tenant's role is a set of rights that a login takes for one transaction, and nothing else.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with tenant as (
    select r.oid, r.rolname from pg_catalog.pg_roles r join pg_catalog.pg_namespace n on n.nspname = r.rolname
    where r.rolname ~ '^t_[0-9a-z]{10,40}$'),
found (subject, detail) as (
    select r.rolname::text, 'has ' || pg_catalog.concat_ws(', ', case when r.rolsuper then 'SUPERUSER' end, case when r.rolcreaterole then 'CREATEROLE' end,
               case when r.rolcreatedb then 'CREATEDB' end, case when r.rolreplication then 'REPLICATION' end,
               case when r.rolbypassrls then 'BYPASSRLS' end,
               case when r.rolinherit then 'INHERIT' end, case when r.rolcanlogin then 'LOGIN' end)
    from pg_catalog.pg_roles r
    where (r.oid in (select t.oid from tenant t) or r.rolname = pg_catalog.current_database() || '_tenants')
      and (r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolbypassrls or r.rolinherit or r.rolcanlogin))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

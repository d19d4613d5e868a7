-- id: roles.logins
-- title: The logins are there and bare
-- severity: high
-- why: An attribute of a role holds whatever its grants say.
-- controls: SOC2 CC6.3, ISO27001 A.8.2, GDPR 32, PCI 7.2
with wanted (name) as (select pg_catalog.current_database() || w from pg_catalog.unnest(array['_owner', '_control', '_data', '_auditor']) w),
found (subject, detail) as (
    select w.name, case when r.oid is null then 'is not there' else 'has ' || pg_catalog.concat_ws(', ', case when r.rolsuper then 'SUPERUSER' end, case when r.rolcreaterole then 'CREATEROLE' end,
               case when r.rolcreatedb then 'CREATEDB' end, case when r.rolreplication then 'REPLICATION' end,
               case when r.rolbypassrls then 'BYPASSRLS' end,
               case when r.rolinherit then 'INHERIT' end, case when not r.rolcanlogin then 'NOLOGIN' end) end
    from wanted w left join pg_catalog.pg_roles r on r.rolname = w.name
    where r.oid is null or r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolbypassrls or r.rolinherit or not r.rolcanlogin)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

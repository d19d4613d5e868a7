-- id: roles.settings
-- title: The logins begin with an empty path and no setting that changes who they are
-- severity: medium
-- why: A role's settings are the first thing a session does.
-- controls: SOC2 CC6.3, ISO27001 A.8.2, GDPR 32, PCI 7.2
with ours as (
    select r.oid, r.rolname from pg_catalog.pg_roles r
    where r.rolname in (pg_catalog.current_database() || '_owner', pg_catalog.current_database() || '_control', pg_catalog.current_database() || '_data', pg_catalog.current_database() || '_auditor') or r.rolname = pg_catalog.current_database() || '_tenants'
       or pg_catalog.regexp_replace(r.rolname::text, '^l_', 't_') in (select n.nspname::text from pg_catalog.pg_namespace n where n.nspname ~ '^t_[0-9a-z]{10,40}$')),
setting as (
    select o.rolname, pg_catalog.split_part(c, '=', 1) as name, pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1) as value, s.setdatabase
    from ours o join pg_catalog.pg_db_role_setting s on s.setrole = o.oid cross join lateral pg_catalog.unnest(s.setconfig) c),
found (subject, detail) as (
    select s.rolname::text, 'begins with ' || s.name
    from setting s
    where s.name in ('role', 'session_authorization', 'row_security', 'session_replication_role', 'session_preload_libraries', 'local_preload_libraries', 'check_function_bodies')
       or s.name = 'search_path' and s.value not in ('', '""')
    union
    select o.rolname::text, 'does not begin with an empty search_path'
    from ours o
    where o.rolname in (pg_catalog.current_database() || '_owner', pg_catalog.current_database() || '_control', pg_catalog.current_database() || '_data', pg_catalog.current_database() || '_auditor')
      and not exists (select from setting s join pg_catalog.pg_database d on d.oid = s.setdatabase
                      where s.rolname = o.rolname and s.name = 'search_path' and d.datname = pg_catalog.current_database()))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

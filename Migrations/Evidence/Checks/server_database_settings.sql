-- id: server.database_settings
-- title: No setting of the database changes what sessions begin with
-- severity: medium
-- why: A setting of the database or of all roles reaches every login, and nobody looks for it there.
-- controls: SOC2 CC7.1, ISO27001 A.8.9, GDPR 32, PCI 2.2
with found (subject, detail) as (
    select coalesce(d.datname::text, 'all databases') || ', ' || coalesce(r.rolname::text, 'all roles'), 'begin with ' || c
    from pg_catalog.pg_db_role_setting s
    left join pg_catalog.pg_database d on d.oid = s.setdatabase
    left join pg_catalog.pg_roles r on r.oid = s.setrole
    cross join lateral pg_catalog.unnest(s.setconfig) c
    where s.setrole = 0 and (s.setdatabase = 0 or d.datname = pg_catalog.current_database())
      and pg_catalog.split_part(c, '=', 1) in ('search_path', 'role', 'session_authorization', 'row_security', 'session_replication_role',
          'password_encryption', 'session_preload_libraries', 'local_preload_libraries', 'synchronous_commit', 'default_transaction_deferrable', 'lo_compat_privileges'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

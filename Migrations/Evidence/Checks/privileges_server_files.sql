-- id: privileges.server_files
-- title: Nobody reads or writes the server's files
-- severity: high
-- why: Files of the server are the rows of all tenants.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select p.oid::pg_catalog.regprocedure::text, coalesce(g.rolname, 'PUBLIC') || ' may execute it'
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    cross join lateral pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
    left join pg_catalog.pg_roles g on g.oid = a.grantee
    where n.nspname = 'pg_catalog'
      and (p.proname in ('pg_read_file', 'pg_read_binary_file', 'pg_stat_file', 'lo_import', 'lo_export', 'pg_reload_conf', 'pg_rotate_logfile',
                         'pg_hba_file_rules', 'pg_show_all_file_settings', 'pg_promote', 'pg_switch_wal', 'pg_create_restore_point')
           or p.proname like 'pg\_ls\_%')
      and (a.grantee = 0 or a.grantee >= 16384 and a.grantee <> p.proowner))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

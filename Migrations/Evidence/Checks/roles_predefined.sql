-- id: roles.predefined
-- title: Nobody has the predefined roles that pass all grants by
-- severity: high
-- why: pg_read_all_data reads every tenant; the file and program roles lead out of the database.
-- controls: SOC2 CC6.3, ISO27001 A.8.2, GDPR 32, PCI 7.2
with found (subject, detail) as (
    select m.rolname::text, 'is a member of ' || g.rolname
    from pg_catalog.pg_auth_members a join pg_catalog.pg_roles g on g.oid = a.roleid join pg_catalog.pg_roles m on m.oid = a.member
    where g.rolname in ('pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program',
                        'pg_maintain', 'pg_database_owner', 'pg_create_subscription', 'pg_use_reserved_connections', 'pg_signal_backend')
      and m.oid >= 16384 and not m.rolsuper)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: references.foreign_servers
-- title: No foreign data reach in or out
-- severity: high
-- why: A foreign server is a way to another database with somebody else's password.
-- controls: SOC2 CC6.7, ISO27001 A.8.12, GDPR 32
with found (subject, detail) as (
    select s.srvname::text, 'is a foreign server' from pg_catalog.pg_foreign_server s
    union
    select w.fdwname::text, 'is a foreign data wrapper' from pg_catalog.pg_foreign_data_wrapper w
    union
    select m.srvname::text, 'has a mapping for ' || coalesce(m.usename, 'PUBLIC') from pg_catalog.pg_user_mappings m
    union
    select n.nspname || '.' || c.relname, 'is a foreign table'
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind = 'f')
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

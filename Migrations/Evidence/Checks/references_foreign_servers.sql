-- id: references.foreign_servers
-- title: No foreign data reach in or out
-- severity: high
-- why: A foreign server is a way to another database with somebody else's password.
-- controls: SOC2 CC6.7, ISO27001 A.8.12, GDPR 32
with found (subject, detail) as (
    -- Servers, mappings and foreign tables all hang on a wrapper.
    select w.fdwname::text, 'is a foreign data wrapper of ' || pg_catalog.count(s.oid) || ' servers'
    from pg_catalog.pg_foreign_data_wrapper w left join pg_catalog.pg_foreign_server s on s.srvfdw = w.oid
    group by w.fdwname)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

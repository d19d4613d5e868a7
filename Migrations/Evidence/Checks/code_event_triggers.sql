-- id: code.event_triggers
-- title: No event triggers
-- severity: high
-- why: An event trigger runs in every migration, with the rights of whoever migrates.
-- controls: SOC2 CC8.1, ISO27001 A.8.28, GDPR 32, PCI 6.2
with found (subject, detail) as (
    select t.evtname::text, 'runs at ' || t.evtevent from pg_catalog.pg_event_trigger t)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: drift.triggers
-- title: Every trigger is on
-- severity: medium
-- why: With its triggers off a table takes what a foreign key or the log would refuse.
-- controls: SOC2 CC8.1, ISO27001 A.8.32, GDPR 32
with found (subject, detail) as (
    select n.nspname || '.' || c.relname, 'has the trigger ' || case when t.tgisinternal then 'of a constraint' else t.tgname end || ' in state ' || t.tgenabled::text
    from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where (n.nspname ~ '^t_' or n.nspname in ('public', 'tenancy')) and t.tgenabled not in ('O', 'A'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

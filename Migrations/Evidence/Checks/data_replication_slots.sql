-- id: data.replication_slots
-- title: No replication slot takes this database's changes, or keeps files for nobody
-- severity: medium
-- why: A logical slot streams all tenants' rows; one that nobody uses fills the disk.
-- controls: SOC2 CC6.7, ISO27001 A.8.12, GDPR 32
with found (subject, detail) as (
    select s.slot_name::text, case when s.slot_type = 'logical' then 'streams this database by ' || s.plugin else 'is used by nobody' end
    from pg_catalog.pg_replication_slots s
    where s.database = pg_catalog.current_database() or s.slot_type = 'physical' and not s.active and not s.temporary)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

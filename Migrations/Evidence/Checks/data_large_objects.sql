-- id: data.large_objects
-- title: No large objects
-- severity: medium
-- why: Large objects belong to no schema: their rights are per object and their numbers can be guessed.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select 'large object ' || m.oid, 'belongs to ' || pg_catalog.pg_get_userbyid(m.lomowner)
    from pg_catalog.pg_largeobject_metadata m)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

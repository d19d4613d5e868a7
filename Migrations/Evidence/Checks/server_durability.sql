-- id: server.durability
-- title: What is committed survives a crash
-- severity: medium
-- why: A log row that is lost in a crash was no evidence.
-- controls: SOC2 A1.2, ISO27001 A.8.13, GDPR 32
with found (subject, detail) as (
    select s.name, 'is off'
    from pg_catalog.pg_settings s
    where s.name in ('fsync', 'full_page_writes', 'synchronous_commit') and s.setting = 'off')
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

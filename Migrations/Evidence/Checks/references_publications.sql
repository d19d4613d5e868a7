-- id: references.publications
-- title: No publication sends tenants' rows away
-- severity: high
-- why: A subscriber receives rows without having entered any tenant.
-- controls: SOC2 CC6.7, ISO27001 A.8.12, GDPR 32, HIPAA 164.312(e)
with found (subject, detail) as (
    select p.pubname::text, case when p.puballtables then 'publishes all tables' else 'publishes ' || coalesce(t.schemaname || '.' || t.tablename, 'nothing yet') end
    from pg_catalog.pg_publication p left join pg_catalog.pg_publication_tables t on t.pubname = p.pubname)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

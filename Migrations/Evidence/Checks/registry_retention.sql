-- id: registry.retention
-- title: No tenant is kept beyond its retention
-- severity: medium
-- why: Who was deleted is erased after 30 days; a week more is for whoever runs `tenantry drop --expired`.
-- controls: SOC2 CC6.5, ISO27001 A.8.10, GDPR 17
with found (subject, detail) as (
    select t.schema_name, 'was deleted on ' || (t.deleted_at at time zone 'UTC')::pg_catalog.date || ' and is still there'
    from public.tenants t
    where t.state = 'deleting' and t.deleted_at < pg_catalog.now() - interval '37 days')
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

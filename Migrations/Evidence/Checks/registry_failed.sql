-- id: registry.failed
-- title: No tenant is in failure
-- severity: medium
-- why: What failed half way is neither served nor erased until somebody mends it.
-- controls: SOC2 CC7.4, ISO27001 A.8.9
with found (subject, detail) as (
    select t.schema_name, 'failed and was not mended' from public.tenants t where t.state = 'failed')
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

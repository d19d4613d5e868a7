-- id: registry.versions
-- title: No tenant is at an unknown version
-- severity: medium
-- why: Only what the recorded scripts made can be compared with them.
-- controls: SOC2 CC8.1, ISO27001 A.8.32, GDPR 32
with known as (select pg_catalog.max(s.version) as newest from public.tenant_scripts s),
found (subject, detail) as (
    select t.schema_name, 'is at version ' || t.version || ', the newest recorded script is ' || k.newest
    from public.tenants t cross join known k
    where t.version < 0 or t.version > k.newest
    union
    select 'tenant_scripts', 'version ' || s.version || ' is recorded and version ' || s.version - 1 || ' is not'
    from public.tenant_scripts s
    where s.version > 1 and not exists (select from public.tenant_scripts b where b.version = s.version - 1))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: registry.states
-- title: States of tenants are consistent
-- severity: medium
-- why: Whether a tenant is served, kept or erased is read from its state.
-- controls: SOC2 CC6.1, ISO27001 A.8.9, GDPR 5(1)(d)
with found (subject, detail) as (
    select t.schema_name, 'is ' || t.state || ' and was ' || case when t.deleted_at is null then 'never deleted' else 'deleted' end
    from public.tenants t
    where (t.state = 'deleting') <> (t.deleted_at is not null)
    union
    select t.schema_name, 'has an org and is still being made'
    from public.tenants t join public.orgs o on o.id = t.id
    where t.state = 'provisioning'
    union
    select t.schema_name, 'is in the unknown state ' || t.state
    from public.tenants t
    where t.state not in ('provisioning', 'active', 'suspended', 'deleting', 'failed'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

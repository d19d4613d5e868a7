-- id: privileges.entry
-- title: Each shared function is open to whom the scripts say
-- severity: high
-- why: The entry is the only way from the data login to a tenant, and who may make roles is the owner.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with allowed (name, logins) as (values
    ('enter', 'data tenants'), ('create_tenant_role', 'owner'), ('drop_tenant_role', 'owner'), ('create_tenant_login', 'owner'),
    ('host_rules', 'auditor'), ('verify_audit_log', 'auditor'), ('verify_slugs', 'auditor'), ('read_audit_log', 'control'), ('announce_orgs', 'control')),
granted as (
    select n.nspname || '.' || p.proname as function, p.proname, coalesce(g.rolname::text, 'PUBLIC') as grantee
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    cross join lateral pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
    left join pg_catalog.pg_roles g on g.oid = a.grantee
    where n.nspname in ('public', 'tenancy') and a.grantee <> p.proowner),
found (subject, detail) as (
    select g.function, g.grantee || ' may execute it'
    from granted g
    where not exists (
        select from allowed w cross join lateral pg_catalog.string_to_table(w.logins, ' ') l
        where w.name = g.proname and g.grantee = pg_catalog.current_database() || '_' || l))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

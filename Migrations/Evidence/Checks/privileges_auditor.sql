-- id: privileges.auditor
-- title: The auditor login reads what the scripts grant and no person
-- severity: high
-- why: Who examines has no need of what is examined.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with allowed (relations, privileges, fields) as (values
    ('guarded_functions guarded_languages password_kinds', 'SELECT', null),
    ('tenants', 'SELECT', 'id schema_name state version last_attempt_at deleted_at created_at'),
    ('orgs', 'SELECT', 'id'),
    ('canaries', 'SELECT', 'schema_name created_at'),
    ('tenant_scripts', 'SELECT', 'version name checksum created_at'),
    ('audit_log', 'SELECT', 'chain position hash'),
    ('migration_journal', 'SELECT', 'name checksum applied_at')),
wanted as (
    select r.relation, coalesce(f.field, '') as field, p.privilege
    from allowed w
    cross join lateral pg_catalog.string_to_table(w.relations, ' ') r (relation)
    cross join lateral pg_catalog.string_to_table(w.privileges, ' ') p (privilege)
    left join lateral pg_catalog.string_to_table(w.fields, ' ') f (field) on true),
granted as (
    select c.relname::text as relation, '' as field, a.privilege_type as privilege, g.rolname
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    cross join lateral pg_catalog.aclexplode(c.relacl) a join pg_catalog.pg_roles g on g.oid = a.grantee
    where n.nspname in ('public', 'tenancy')
    union all
    select c.relname::text, t.attname::text, a.privilege_type, g.rolname
    from pg_catalog.pg_attribute t join pg_catalog.pg_class c on c.oid = t.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    cross join lateral pg_catalog.aclexplode(t.attacl) a join pg_catalog.pg_roles g on g.oid = a.grantee
    where n.nspname in ('public', 'tenancy') and t.attacl is not null),
mine as (select g.relation, g.field, g.privilege from granted g where g.rolname = pg_catalog.current_database() || '_auditor'),
found (subject, detail) as (
    select pg_catalog.rtrim(x.relation || '.' || x.field, '.'), 'the auditor login has ' || x.privilege || ', which no script gives'
    from (select m.relation, m.field, m.privilege from mine m except select w.relation, w.field, w.privilege from wanted w) x
    union
    select pg_catalog.rtrim(x.relation || '.' || x.field, '.'), 'the auditor login lacks ' || x.privilege || ', which the scripts give'
    from (select w.relation, w.field, w.privilege from wanted w except select m.relation, m.field, m.privilege from mine m) x)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

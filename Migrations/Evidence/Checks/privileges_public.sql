-- id: privileges.public
-- title: PUBLIC has nothing in the shared schemas
-- severity: high
-- why: What PUBLIC has every tenant's role has.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select 'schema ' || n.nspname, 'PUBLIC has ' || a.privilege_type
    from pg_catalog.pg_namespace n cross join lateral pg_catalog.aclexplode(n.nspacl) a
    where n.nspname !~ '^(pg_|t_)' and n.nspname <> 'information_schema' and a.grantee = 0
    union
    select n.nspname || '.' || c.relname, 'PUBLIC has ' || a.privilege_type
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace cross join lateral pg_catalog.aclexplode(c.relacl) a
    where n.nspname !~ '^(pg_|t_)' and n.nspname <> 'information_schema' and a.grantee = 0
    union
    select n.nspname || '.' || c.relname || '.' || t.attname, 'PUBLIC has ' || a.privilege_type
    from pg_catalog.pg_attribute t join pg_catalog.pg_class c on c.oid = t.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    cross join lateral pg_catalog.aclexplode(t.attacl) a
    where n.nspname !~ '^(pg_|t_)' and n.nspname <> 'information_schema' and t.attacl is not null and a.grantee = 0
    union
    select n.nspname || '.' || p.proname, 'PUBLIC has ' || a.privilege_type
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    cross join lateral pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
    where n.nspname in ('public', 'tenancy') and a.grantee = 0)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: privileges.catalog
-- title: The catalogs that hold secrets are closed
-- severity: high
-- why: Verifiers of passwords, samples of rows and large objects lie in system tables.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select c.relname::text, coalesce(g.rolname, 'PUBLIC') || ' has ' || a.privilege_type
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    cross join lateral pg_catalog.aclexplode(c.relacl) a left join pg_catalog.pg_roles g on g.oid = a.grantee
    where n.nspname = 'pg_catalog'
      and (c.relname in ('pg_authid', 'pg_shadow', 'pg_statistic', 'pg_statistic_ext_data', 'pg_largeobject', 'pg_user_mapping', 'pg_hba_file_rules', 'pg_ident_file_mappings', 'pg_file_settings')
           or a.privilege_type <> 'SELECT')
      and a.grantee <> c.relowner and (a.grantee = 0 or a.grantee >= 16384)
      and not (a.grantee = 0 and c.relname = 'pg_settings' and a.privilege_type = 'UPDATE'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: code.dynamic
-- title: No function runs text that it puts together, but those that make roles
-- severity: medium
-- why: What is executed as text was read by nobody.
-- controls: SOC2 CC8.1, ISO27001 A.8.28, GDPR 32, PCI 6.2
with found (subject, detail) as (
    select n.nspname || '.' || p.proname, 'executes text'
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    join pg_catalog.pg_language l on l.oid = p.prolang
    where n.nspname not in ('pg_catalog', 'information_schema')
      and (l.lanname = 'plpgsql' and p.prosrc ~* '\mexecute\M' or p.prosrc ~* '\m(query_to_xml|table_to_xml|cursor_to_xml|ts_stat|dblink)')
      and n.nspname || '.' || p.proname not in ('tenancy.create_tenant_role', 'tenancy.drop_tenant_role', 'tenancy.create_tenant_login'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: code.definers
-- title: The functions with definer's rights are the known ones
-- severity: high
-- why: Such a function is a door in the wall between roles: each is to be known.
-- controls: SOC2 CC8.1, ISO27001 A.8.28, GDPR 32, PCI 6.2
with found (subject, detail) as (
    select n.nspname || '.' || p.proname, 'runs with the rights of ' || pg_catalog.pg_get_userbyid(p.proowner)
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema')
      and n.nspname || '.' || p.proname not in ('public.read_audit_log', 'public.verify_audit_log', 'public.announce', 'public.announce_orgs', 'public.chain_audit_row',
          'public.copy_slug', 'public.verify_slugs',
          'tenancy.enter', 'tenancy.create_tenant_role', 'tenancy.drop_tenant_role', 'tenancy.create_tenant_login', 'tenancy.host_rules')
    union
    select n.nspname || '.' || p.proname, 'is there ' || pg_catalog.count(*) || ' times'
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where p.prosecdef and n.nspname in ('public', 'tenancy')
    -- The entry has two forms: the one before is for a service of the version before.
    group by n.nspname, p.proname having pg_catalog.count(*) > case when n.nspname || '.' || p.proname = 'tenancy.enter' then 2 else 1 end)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: privileges.guarded_grants
-- title: The guarded functions are given to whom bootstrap gave them
-- severity: high
-- why: A grant to one role undoes for it what was taken from all.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with allowed (name, logins) as (values
    ('set_config', 'data tenants owner'), ('pg_advisory_xact_lock', 'owner'), ('pg_try_advisory_xact_lock', 'owner'), ('pg_notify', 'owner')),
found (subject, detail) as (
    select f.name, g.rolname || ' may execute it'
    from tenancy.guarded_functions f join pg_catalog.pg_proc p on p.oid = f.oid
    cross join lateral pg_catalog.aclexplode(p.proacl) a join pg_catalog.pg_roles g on g.oid = a.grantee
    where a.grantee <> p.proowner and a.grantee >= 16384
      and not exists (
          select from allowed w cross join lateral pg_catalog.string_to_table(w.logins, ' ') l
          where w.name = p.proname and g.rolname = pg_catalog.current_database() || '_' || l))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

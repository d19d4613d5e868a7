-- id: effective.own
-- title: Each tenant's role can use its own schema and tables
-- severity: medium
-- why: The control of the two checks beside this one: where nobody may do anything, no refusal proves a boundary.
-- controls: SOC2 A1.1, ISO27001 A.8.3
with tenant as (
    select r.oid, r.rolname from pg_catalog.pg_roles r join pg_catalog.pg_namespace n on n.nspname = r.rolname
    where r.rolname ~ '^t_[0-9a-z]{10,40}$'),
found (subject, detail) as (
    select t.rolname::text, 'may not use its own schema'
    from tenant t join pg_catalog.pg_namespace n on n.nspname = t.rolname
    where not pg_catalog.has_schema_privilege(t.oid, n.oid, 'USAGE')
    union
    select n.nspname || '.' || c.relname, 'does not give its tenant ' || p
    from tenant t join pg_catalog.pg_namespace n on n.nspname = t.rolname
    join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p') and c.relname <> 'migration_journal'
    cross join pg_catalog.unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p
    where not pg_catalog.has_table_privilege(t.oid, c.oid, p))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

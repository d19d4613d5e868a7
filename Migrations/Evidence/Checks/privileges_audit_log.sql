-- id: privileges.audit_log
-- title: The log can only be added to
-- severity: high
-- why: A log that can be changed by whom it is about proves nothing.
-- controls: SOC2 CC7.2, ISO27001 A.8.15, GDPR 5(2), HIPAA 164.312(b), PCI 10.3
with login as (select r.oid, r.rolname from pg_catalog.pg_roles r where r.rolname in (pg_catalog.current_database() || '_control', pg_catalog.current_database() || '_data', pg_catalog.current_database() || '_auditor', pg_catalog.current_database() || '_tenants')),
relation as (
    select c.oid, c.relname from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relname in ('audit_log', 'audit_chains')),
found (subject, detail) as (
    select c.relname::text, l.rolname || ' has ' || p
    from login l cross join relation c cross join pg_catalog.unnest(array['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) p
    where case p when 'UPDATE' then pg_catalog.has_any_column_privilege(l.oid, c.oid, p) else pg_catalog.has_table_privilege(l.oid, c.oid, p) end
    union
    select 'audit_log', 'the trigger ' || w.name || ' is off or gone'
    from pg_catalog.unnest(array['audit_log_append_only', 'audit_log_chain']) w (name)
    where not exists (
        select from pg_catalog.pg_trigger t join relation c on c.oid = t.tgrelid
        where c.relname = 'audit_log' and t.tgname = w.name and t.tgenabled in ('O', 'A')))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

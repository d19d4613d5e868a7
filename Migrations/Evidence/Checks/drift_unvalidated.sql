-- id: drift.unvalidated
-- title: Every constraint is validated
-- severity: low
-- why: What was there before a constraint NOT VALID was not checked by it.
-- controls: SOC2 CC8.1, ISO27001 A.8.32, GDPR 32
with found (subject, detail) as (
    select n.nspname || '.' || c.relname, 'has the constraint ' || k.conname || ', not validated'
    from pg_catalog.pg_constraint k join pg_catalog.pg_class c on c.oid = k.conrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where (n.nspname ~ '^t_' or n.nspname in ('public', 'tenancy')) and not k.convalidated)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: code.shadowing
-- title: Nothing in our schemas bears the name of something of PostgreSQL's
-- severity: medium
-- why: An unqualified name can come to mean the wrong one of the two.
-- controls: SOC2 CC8.1, ISO27001 A.8.28, GDPR 32, PCI 6.2
with found (subject, detail) as (
    select n.nspname || '.' || p.proname, 'is named as a function of PostgreSQL'
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where (n.nspname ~ '^t_' or n.nspname in ('public', 'tenancy')) and p.proname in (select b.proname from pg_catalog.pg_proc b where b.pronamespace = 11)
    union
    select n.nspname || '.' || c.relname, 'is named as a relation of PostgreSQL'
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where (n.nspname ~ '^t_' or n.nspname in ('public', 'tenancy')) and c.relname in (select b.relname from pg_catalog.pg_class b where b.relnamespace = 11)
    union
    select n.nspname || '.' || o.oprname, 'is an operator'
    from pg_catalog.pg_operator o join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
    where n.nspname ~ '^t_' or n.nspname in ('public', 'tenancy')
    union
    select n.nspname || '.' || t.typname, 'is named as a type of PostgreSQL'
    from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
    where (n.nspname ~ '^t_' or n.nspname in ('public', 'tenancy')) and t.typrelid = 0 and t.typelem = 0
      and t.typname in (select b.typname from pg_catalog.pg_type b where b.typnamespace = 11))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: references.dependencies
-- title: Nothing in a tenant's schema depends on what is outside it
-- severity: high
-- why: What depends on another tenant's object reads it, blocks it, or goes with it.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with place (classid, objid, schema) as (
    select 'pg_catalog.pg_class'::pg_catalog.regclass::oid, c.oid, c.relnamespace from pg_catalog.pg_class c where c.relnamespace >= 16384 or c.relnamespace = 2200
    union all select 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.pronamespace from pg_catalog.pg_proc p
    union all select 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typnamespace from pg_catalog.pg_type t
    union all select 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, k.connamespace from pg_catalog.pg_constraint k
    union all select 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, o.oprnamespace from pg_catalog.pg_operator o
    union all select 'pg_catalog.pg_collation'::pg_catalog.regclass, o.oid, o.collnamespace from pg_catalog.pg_collation o
    union all select 'pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid, c.relnamespace from pg_catalog.pg_attrdef d join pg_catalog.pg_class c on c.oid = d.adrelid
    union all select 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid, c.relnamespace from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid
    union all select 'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid, c.relnamespace from pg_catalog.pg_rewrite r join pg_catalog.pg_class c on c.oid = r.ev_class
    union all select 'pg_catalog.pg_policy'::pg_catalog.regclass, p.oid, c.relnamespace from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid),
found (subject, detail) as (
    select n.nspname || ': ' || coalesce(pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid), '?'),
           'depends on ' || coalesce(pg_catalog.pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid), '?')
    from pg_catalog.pg_depend d
    join place a on a.classid = d.classid and a.objid = d.objid
    join place b on b.classid = d.refclassid and b.objid = d.refobjid and b.schema <> a.schema
    join pg_catalog.pg_namespace n on n.oid = a.schema
    join pg_catalog.pg_namespace m on m.oid = b.schema
    where (n.nspname ~ '^t_' or m.nspname ~ '^t_')
      and n.nspname !~ '^pg_toast' and m.nspname !~ '^pg_toast' and m.nspname not in ('pg_catalog', 'information_schema', 'extensions', 'shared'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

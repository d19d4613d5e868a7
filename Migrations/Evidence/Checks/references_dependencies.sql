-- id: references.dependencies
-- title: Nothing in a tenant's schema depends on what is outside it
-- severity: high
-- why: What depends on another tenant's object reads it, blocks it, or goes with it.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with place (classid, objid, schema) as not materialized (
    select 'pg_catalog.pg_class'::pg_catalog.regclass::oid, c.oid, c.relnamespace from pg_catalog.pg_class c where c.relnamespace >= 16384 or c.relnamespace = 2200
    union all select 'pg_catalog.pg_proc'::pg_catalog.regclass::oid, p.oid, p.pronamespace from pg_catalog.pg_proc p
    union all select 'pg_catalog.pg_type'::pg_catalog.regclass::oid, t.oid, t.typnamespace from pg_catalog.pg_type t
    union all select 'pg_catalog.pg_constraint'::pg_catalog.regclass::oid, k.oid, k.connamespace from pg_catalog.pg_constraint k
    union all select 'pg_catalog.pg_operator'::pg_catalog.regclass::oid, o.oid, o.oprnamespace from pg_catalog.pg_operator o
    union all select 'pg_catalog.pg_collation'::pg_catalog.regclass::oid, o.oid, o.collnamespace from pg_catalog.pg_collation o
    union all select 'pg_catalog.pg_attrdef'::pg_catalog.regclass::oid, d.oid, c.relnamespace from pg_catalog.pg_attrdef d join pg_catalog.pg_class c on c.oid = d.adrelid
    union all select 'pg_catalog.pg_trigger'::pg_catalog.regclass::oid, t.oid, c.relnamespace from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid
    union all select 'pg_catalog.pg_rewrite'::pg_catalog.regclass::oid, r.oid, c.relnamespace from pg_catalog.pg_rewrite r join pg_catalog.pg_class c on c.oid = r.ev_class
    union all select 'pg_catalog.pg_policy'::pg_catalog.regclass::oid, p.oid, c.relnamespace from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid),
-- Each object is looked up by its catalog's own index. A join takes minutes where the statistics of the catalogs are old.
edge as materialized (
    select d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid,
           (select p.schema from place p where p.classid = d.classid and p.objid = d.objid) as schema,
           (select p.schema from place p where p.classid = d.refclassid and p.objid = d.refobjid) as refschema
    from pg_catalog.pg_depend d),
crossing as materialized (
    select e.classid, e.objid, e.objsubid, e.refclassid, e.refobjid, e.refobjsubid,
           (select n.nspname from pg_catalog.pg_namespace n where n.oid = e.schema) as name,
           (select n.nspname from pg_catalog.pg_namespace n where n.oid = e.refschema) as refname
    from edge e where e.schema <> e.refschema),
found (subject, detail) as (
    select c.name || ': ' || coalesce(pg_catalog.pg_describe_object(c.classid, c.objid, c.objsubid), '?'),
           'depends on ' || coalesce(pg_catalog.pg_describe_object(c.refclassid, c.refobjid, c.refobjsubid), '?')
    from crossing c
    where (c.name ~ '^t_' or c.refname ~ '^t_')
      and c.name !~ '^pg_toast' and c.refname !~ '^pg_toast' and c.refname not in ('pg_catalog', 'information_schema', 'extensions', 'shared'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: references.views
-- title: No view reads two tenants, or one from outside
-- severity: high
-- why: A view reads with the rights of its owner, who owns all tenants' tables.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select n.nspname || '.' || v.relname, 'reads ' || m.nspname || '.' || c.relname
    from pg_catalog.pg_rewrite r
    join pg_catalog.pg_class v on v.oid = r.ev_class join pg_catalog.pg_namespace n on n.oid = v.relnamespace
    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = r.oid
         and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid <> v.oid
    join pg_catalog.pg_class c on c.oid = d.refobjid join pg_catalog.pg_namespace m on m.oid = c.relnamespace
    where n.oid <> m.oid and (m.nspname ~ '^t_' or n.nspname ~ '^t_' and m.nspname not in ('pg_catalog', 'information_schema', 'extensions', 'shared')))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

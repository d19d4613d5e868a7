-- id: references.bodies
-- title: No function's text names a tenant, or from a tenant the shared schemas
-- severity: high
-- why: What stands in a function's text makes no dependency that the catalog would know.
-- controls: SOC2 CC8.1, ISO27001 A.8.28, GDPR 32, PCI 6.2
with body as (
    select n.nspname::text as schema, n.nspname || '.' || p.proname as name, pg_catalog.lower(p.prosrc || coalesce(pg_catalog.pg_get_expr(p.proargdefaults, 0), '')) as text
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'),
found (subject, detail) as (
    select b.name, 'names ' || m[1]
    from body b cross join lateral pg_catalog.regexp_matches(b.text, '\m(t_[0-9a-z]{10,40})\M', 'g') m
    where m[1] <> b.schema and m[1] in (select n.nspname::text from pg_catalog.pg_namespace n)
    union
    select b.name, 'names the schema ' || m[1]
    from body b cross join lateral pg_catalog.regexp_matches(b.text, '\m(public|tenancy)\M"?\s*\.', 'g') m
    where b.schema ~ '^t_')
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: code.casts
-- title: No casts of our own
-- severity: low
-- why: A cast runs a function wherever its types meet, unseen in the statement.
-- controls: SOC2 CC8.1, ISO27001 A.8.28, GDPR 32, PCI 6.2
with found (subject, detail) as (
    select pg_catalog.format_type(c.castsource, null) || ' as ' || pg_catalog.format_type(c.casttarget, null), 'is a cast that PostgreSQL does not bring'
    from pg_catalog.pg_cast c
    where c.oid >= 16384
      and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

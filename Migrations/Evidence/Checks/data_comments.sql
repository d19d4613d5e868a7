-- id: data.comments
-- title: Nothing is written beside a tenant's schema or role
-- severity: low
-- why: Everybody who can log in reads comments; a tenant's name in one undoes the opaque names.
-- controls: SOC2 CC6.1, ISO27001 A.8.11, GDPR 25
with found (subject, detail) as (
    select n.nspname::text, 'has a comment'
    from pg_catalog.pg_description c join pg_catalog.pg_namespace n on n.oid = c.objoid and c.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
    where n.nspname ~ '^t_'
    union
    select n.nspname || '.' || r.relname, 'has a comment'
    from pg_catalog.pg_description c join pg_catalog.pg_class r on r.oid = c.objoid and c.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
    join pg_catalog.pg_namespace n on n.oid = r.relnamespace
    where n.nspname ~ '^t_'
    union
    select r.rolname::text, 'has a comment'
    from pg_catalog.pg_shdescription c join pg_catalog.pg_roles r on r.oid = c.objoid and c.classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass
    where pg_catalog.regexp_replace(r.rolname::text, '^l_', 't_') in (select n.nspname::text from pg_catalog.pg_namespace n where n.nspname ~ '^t_[0-9a-z]{10,40}$'))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

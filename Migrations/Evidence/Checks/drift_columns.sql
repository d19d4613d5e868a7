-- id: drift.columns
-- title: Tenants at one version have the same columns
-- severity: medium
-- why: A table that differs was changed by hand, or by a migration that was not kept.
-- controls: SOC2 CC8.1, ISO27001 A.8.32, GDPR 32
with tenant as (
    select n.oid, n.nspname, t.version, pg_catalog.count(*) over (partition by t.version) as peers
    from public.tenants t join pg_catalog.pg_namespace n on n.nspname = t.schema_name
    where t.state in ('provisioning', 'active', 'suspended')),
thing (nspname, version, peers, line) as (
    select t.nspname, t.version, t.peers, pg_catalog.format('%s.%s %s%s%s (kind %s)', c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
           case when a.attnotnull then ' not null' else '' end, coalesce(' default ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), ''), c.relkind)
    from tenant t
    join pg_catalog.pg_class c on c.relnamespace = t.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum),
plain as (
    select distinct g.nspname, g.version, g.peers, pg_catalog.replace(pg_catalog.replace(g.line, g.nspname || '.', ''), g.nspname::text, 'tenant') as line from thing g),
-- What more than half of the tenants at a version have is what all of them should.
usual as (
    select p.version, p.line, p.peers, pg_catalog.count(*) as holders from plain p
    group by p.version, p.line, p.peers having 2 * pg_catalog.count(*) > p.peers),
found (subject, detail) as (
    select p.nspname::text, 'has what others at version ' || p.version || ' have not: ' || pg_catalog.regexp_replace(p.line, '\s+', ' ', 'g')
    from plain p left join usual u on u.version = p.version and u.line = p.line
    where u.line is null
    union
    select t.nspname::text, 'lacks what others at version ' || t.version || ' have: ' || pg_catalog.regexp_replace(u.line, '\s+', ' ', 'g')
    from usual u join tenant t on t.version = u.version
    where u.holders < u.peers and not exists (select from plain p where p.nspname = t.nspname and p.line = u.line))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

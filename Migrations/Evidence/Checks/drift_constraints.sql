-- id: drift.constraints
-- title: Tenants at one version have the same constraints
-- severity: medium
-- why: Rows that others' constraints refuse come in where one is missing.
-- controls: SOC2 CC8.1, ISO27001 A.8.32, GDPR 32
with tenant as (
    select n.oid, n.nspname, t.version, pg_catalog.count(*) over (partition by t.version) as peers
    from public.tenants t join pg_catalog.pg_namespace n on n.nspname = t.schema_name
    where t.state in ('provisioning', 'active', 'suspended')),
thing (nspname, version, peers, line) as (
    select t.nspname, t.version, t.peers, pg_catalog.format('%s.%s %s', c.relname, k.conname, pg_catalog.pg_get_constraintdef(k.oid))
    from tenant t
    join pg_catalog.pg_class c on c.relnamespace = t.oid
    join pg_catalog.pg_constraint k on k.conrelid = c.oid and k.contype <> 'n'),
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

-- id: registry.ids
-- title: A tenant's schema bears its id
-- severity: high
-- why: The name follows from the id (t_ and its base32), so that no row can point to another tenant's schema.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with bits as (
    select t.id, t.schema_name, (('x' || pg_catalog.replace(t.id::text, '-', ''))::pg_catalog.bit(128))::pg_catalog.varbit || B'00' as id_bits
    from public.tenants t),
named as (
    select b.id, b.schema_name, 't_' || pg_catalog.string_agg(
        pg_catalog.substr('0123456789abcdefghjkmnpqrstvwxyz', (pg_catalog.substring(b.id_bits, 5 * i + 1, 5)::pg_catalog.bit(5))::integer + 1, 1), '' order by i) as expected
    from bits b cross join pg_catalog.generate_series(0, 25) i
    group by b.id, b.schema_name),
found (subject, detail) as (
    select n.schema_name, 'is registered for the id ' || n.id || ', whose schema is ' || n.expected
    from named n where n.schema_name <> n.expected)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: server.host_rules
-- title: Nobody gets in without proof
-- severity: high
-- why: A line with trust in pg_hba.conf makes every password of that way void.
-- controls: SOC2 CC6.1, ISO27001 A.8.5, GDPR 32, PCI 8.3
with found (subject, detail) as (
    select 'pg_hba.conf line ' || h.line, coalesce('cannot be read: ' || h.error,
           'lets ' || pg_catalog.array_to_string(h.users, ',') || ' in by ' || h.method || ' (' || h.kind || coalesce(' from ' || nullif(h.address, ''), '') || ')')
    from tenancy.host_rules() h
    where h.error is not null
       or h.method in ('trust', 'password')
       or h.method in ('ident', 'md5') and h.kind <> 'local')
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

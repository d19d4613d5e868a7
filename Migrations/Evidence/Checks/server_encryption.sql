-- id: server.encryption
-- title: Nobody gets in from afar without TLS
-- severity: high
-- why: Passwords are proven without being sent, rows are not: on the way they are clear.
-- controls: SOC2 CC6.7, ISO27001 A.8.24, GDPR 32, HIPAA 164.312(e), PCI 4.2
with found (subject, detail) as (
    select 'pg_hba.conf line ' || h.line, 'lets in without TLS from ' || h.address
    from tenancy.host_rules() h
    where h.kind in ('host', 'hostnossl') and h.method <> 'reject'
      and h.address not in ('localhost', 'samehost') and h.address !~ '^127\.' and h.address !~ '^::1(/|$)')
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

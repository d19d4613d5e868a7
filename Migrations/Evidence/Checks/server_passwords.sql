-- id: server.passwords
-- title: Passwords are kept as SCRAM verifiers
-- severity: high
-- why: An MD5 hash of a password is as good as the password.
-- controls: SOC2 CC6.1, ISO27001 A.8.5, GDPR 32, PCI 8.3
with found (subject, detail) as (
    select p.name, 'has a password that is kept in another way than SCRAM-SHA-256'
    from tenancy.password_kinds p
    where p.can_login and p.kind = 'other')
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

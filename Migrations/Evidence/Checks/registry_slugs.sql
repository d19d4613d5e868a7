-- id: registry.slugs
-- title: A tenant's slug is its org's
-- severity: high
-- why: An entry by slug finds the tenant's row by it: with another, a slug leads to another org than the one that is told to have it.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select v.schema_name, 'is registered under another slug than its org''s' from public.verify_slugs() v)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

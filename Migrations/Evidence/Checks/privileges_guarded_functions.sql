-- id: privileges.guarded_functions
-- title: PUBLIC may not switch role, run text, hold the session or signal
-- severity: high
-- why: With set_config or query_to_xml one injected expression is enough to reach another tenant of a shared login.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with found (subject, detail) as (
    select f.name, 'is open to PUBLIC' from tenancy.guarded_functions f where f.open)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

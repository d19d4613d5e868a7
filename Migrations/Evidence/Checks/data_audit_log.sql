-- id: data.audit_log
-- title: No row of the audit log was altered or taken away
-- severity: high
-- why: Each row carries the hash of the one before it: where a chain breaks, the log does not say what happened.
-- controls: SOC2 CC7.2, ISO27001 A.8.15, GDPR 32, HIPAA 164.312(b), PCI 10.3
with found (subject, detail) as (
    select v.chain::text, case when v.broken_at = 0 then 'its last rows are gone, or its head was altered' else 'breaks at row ' || v.broken_at end
    from public.verify_audit_log() v
    where v.broken_at is not null)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

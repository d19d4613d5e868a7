-- id: server.settings
-- title: The settings that the boundary counts on are in force
-- severity: high
-- why: Row security, verifiers and triggers can each be switched off by a setting.
-- controls: SOC2 CC7.1, ISO27001 A.8.9, GDPR 32, PCI 2.2
with wanted (name, setting) as (values
    ('row_security', 'on'), ('password_encryption', 'scram-sha-256'), ('session_replication_role', 'origin'),
    ('allow_system_table_mods', 'off'), ('standard_conforming_strings', 'on'), ('zero_damaged_pages', 'off')),
found (subject, detail) as (
    select w.name, 'is ' || s.setting || ' and should be ' || w.setting
    from wanted w join pg_catalog.pg_settings s on s.name = w.name
    where s.setting <> w.setting)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: server.logging
-- title: The server's log holds no statements
-- severity: low
-- why: Statements and their parameters are people's data, in a file under no retention of ours.
-- controls: SOC2 CC6.1, ISO27001 A.8.15, GDPR 5(1)(c)
with found (subject, detail) as (
    select s.name, 'is ' || s.setting
    from pg_catalog.pg_settings s
    where s.name = 'log_statement' and s.setting in ('mod', 'all')
       or s.name = 'log_min_duration_statement' and s.setting = '0'
       or s.name in ('debug_print_parse', 'debug_print_plan', 'debug_print_rewritten') and s.setting = 'on')
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

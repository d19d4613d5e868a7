-- id: roles.limits
-- title: Statements, waits and idle transactions of the data plane end
-- severity: medium
-- why: One tenant's statement that never ends holds connections and locks of all.
-- controls: SOC2 A1.1, ISO27001 A.8.6, GDPR 32
with login as (
    select r.oid, r.rolname from pg_catalog.pg_roles r
    where r.rolname = pg_catalog.current_database() || '_data'
       or r.rolname ~ '^l_' and 't_' || pg_catalog.substr(r.rolname::text, 3) in (select n.nspname::text from pg_catalog.pg_namespace n where n.nspname ~ '^t_[0-9a-z]{10,40}$')),
found (subject, detail) as (
    select l.rolname::text, w.name || ' is not set'
    from login l cross join pg_catalog.unnest(array['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) w (name)
    where not exists (
        select from pg_catalog.pg_db_role_setting s cross join lateral pg_catalog.unnest(s.setconfig) c
        where s.setrole = l.oid and c ~ ('^' || w.name || '=[1-9]')))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

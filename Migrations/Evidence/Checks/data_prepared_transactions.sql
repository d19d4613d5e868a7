-- id: data.prepared_transactions
-- title: No transaction is left prepared
-- severity: medium
-- why: It holds its locks, and rows of whichever tenant, until somebody ends it by name.
-- controls: SOC2 A1.1, ISO27001 A.8.9
with found (subject, detail) as (
    select 'prepared transaction of ' || p.owner, 'is open since ' || pg_catalog.to_char(p.prepared at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    from pg_catalog.pg_prepared_xacts p
    where p.database = pg_catalog.current_database())
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

-- id: references.subscriptions
-- title: No subscription writes into this database
-- severity: high
-- why: What comes by replication is checked by no entry and no constraint of rights.
-- controls: SOC2 CC6.7, ISO27001 A.8.12, GDPR 32
with found (subject, detail) as (
    select s.subname::text, 'is a subscription' || case when s.subenabled then '' else ', switched off' end
    from pg_catalog.pg_subscription s join pg_catalog.pg_database d on d.oid = s.subdbid
    where d.datname = pg_catalog.current_database())
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

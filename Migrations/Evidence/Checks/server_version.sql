-- id: server.version
-- title: The server has the fixes of known holes
-- severity: high
-- why: Each of these minor releases closed holes that a role with few rights can use.
-- controls: SOC2 CC7.1, ISO27001 A.8.8, GDPR 32, PCI 6.3
-- As of 2026-05-14 (CVE-2026-6473 and ten others). To be raised with each release that has a CVE.
with fixed (major, minor) as (values (15, 18), (16, 14), (17, 10), (18, 4)),
server as (select pg_catalog.current_setting('server_version_num')::integer as number),
found (subject, detail) as (
    select 'PostgreSQL ' || s.number / 10000 || '.' || s.number % 10000,
           case when f.major is null then 'is no release that gets fixes' else 'lacks fixes that ' || f.major || '.' || f.minor || ' has' end
    from server s left join fixed f on f.major = s.number / 10000
    where s.number / 10000 <= (select pg_catalog.max(x.major) from fixed x) and s.number % 10000 < coalesce(f.minor, 10000))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";

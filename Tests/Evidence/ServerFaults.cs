namespace Tenantry.Tests.Evidence;

/// <summary>Of the server as a session sees it, and of data in the wrong place.</summary>
internal static class ServerFaults
{
    // In the place of pg_hba.conf, which no transaction changes.
    private const string HostRules =
        """
        create or replace function tenancy.host_rules() returns table (line integer, kind text, databases text[], users text[], address text, method text, error text)
        language sql security definer set search_path = pg_catalog, pg_temp as $$ select {0}, null::text $$
        """;

    private const string Unguarded = "alter table public.audit_log disable trigger audit_log_append_only; ";

    public static readonly Fault[] All =
    [
        new("data.audit_log", Unguarded + "update public.audit_log set origin = 'elsewhere' where position = 1"),
        new("data.audit_log", Unguarded + "delete from public.audit_log where position = 1"),
        new("data.audit_log", Unguarded + "delete from public.audit_log l using public.audit_chains c where c.id = l.chain and c.length = l.position"),
        new("data.audit_log", Unguarded + "update public.audit_log l set at = at - interval '1 day'; update public.audit_log l set hash = public.audit_hash(l)"),
        new("data.audit_log", "update public.audit_chains set head = ''"),
        new("data.audit_log", "delete from public.audit_chains"),
        new("server.settings", "set local row_security = off"),
        new("server.settings", "set local password_encryption = 'md5'"),
        new("server.settings", "set local session_replication_role = replica"),
        new("server.durability", "set local synchronous_commit = off"),
        new("server.database_settings", "alter database {db} set search_path = public"),
        new("server.database_settings", "alter role all set row_security = off"),
        new("server.logging", "set local log_statement = 'all'"),
        new("server.logging", "set local log_min_duration_statement = 0"),
        new("server.passwords", "update pg_catalog.pg_authid set rolpassword = 'md5' || md5('x') where rolname = '{db}_owner'"),
        new("server.host_rules", HostRules.Replace("{0}", "1, 'host', '{all}'::text[], '{all}'::text[], '127.0.0.1/32', 'trust'")),
        new("server.host_rules", HostRules.Replace("{0}", "1, 'hostssl', '{all}'::text[], '{all}'::text[], '10.0.0.0/255.0.0.0', 'password'")),
        new("server.encryption", HostRules.Replace("{0}", "1, 'host', '{all}'::text[], '{all}'::text[], '10.0.0.0/255.0.0.0', 'scram-sha-256'")),
        new("server.encryption", HostRules.Replace("{0}", "1, 'host', '{all}'::text[], '{all}'::text[], 'all', 'scram-sha-256'")),
        new("data.large_objects", "select lo_create(0)"),
        new("data.comments", "comment on schema {a} is 'Acme Corporation'"),
        new("data.comments", "comment on role {a} is 'Acme Corporation'"),
        new("data.comments", "comment on column {a}.projects.name is 'as Acme wants it'"),
        new("data.persistence", "alter table {a}.events set unlogged"),
        new("data.persistence", "create materialized view {a}.kept as select id from {a}.projects"),
    ];
}

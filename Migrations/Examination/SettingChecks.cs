namespace Tenantry.Migrations.Examination;

/// <summary>Settings of the server and of the data login that the design counts on.</summary>
internal static class SettingChecks
{
    public static IReadOnlyList<CatalogCheck> All { get; } =
    [
        new("settings.durability", "what is committed survives a crash",
            "select name || ' is off' from pg_catalog.pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off'",
            "Turn it on in postgresql.conf, except where the data may be lost.", Finding.WarnStatus),
        new("settings.connections", "the server takes as many connections as one service and this program use",
            "select 'max_connections is ' || setting from pg_catalog.pg_settings where name = 'max_connections' and setting::integer < 50",
            "Raise max_connections to 50 or more, or make the service's pools smaller.", Finding.WarnStatus),
        new("settings.passwords", "passwords are kept as SCRAM verifiers",
            "select 'password_encryption is ' || setting from pg_catalog.pg_settings where name = 'password_encryption' and setting <> 'scram-sha-256'",
            "Set password_encryption to scram-sha-256.", Finding.WarnStatus),
        new("settings.limits", "the data login's statements, lock waits and idle transactions are limited in time",
            """
            select wanted.name || ' is not set for ' || @Data
            from unnest(array['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) wanted(name)
            where not exists (
                select from pg_catalog.pg_db_role_setting s join pg_catalog.pg_roles r on r.oid = s.setrole
                cross join lateral unnest(s.setconfig) setting
                where r.rolname = @Data and setting like wanted.name || '=%' and setting not like '%=0')
            """, "Run `tenantry migrate --shared` with an admin connection.", Finding.WarnStatus),
    ];
}

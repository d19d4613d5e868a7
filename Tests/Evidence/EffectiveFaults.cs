namespace Tenantry.Tests.Evidence;

internal static class EffectiveFaults
{
    public static readonly Fault[] All =
    [
        new("effective.schemas", "grant usage on schema {a} to public"),
        new("effective.schemas", "alter role {b} inherit; grant {a} to {b}"),
        new("effective.schemas", "alter role {b} superuser"),
        new("effective.tables", "grant select on {a}.projects to public"),
        new("effective.tables", "grant update (name) on {a}.projects to {b}"),
        new("effective.tables", "alter role {b} inherit; grant {a} to {b}"),
        new("effective.own", "revoke usage on schema {a} from {a}"),
        new("effective.own", "revoke update on {a}.tasks from {a}"),
        new("effective.shared", "grant usage on schema public to {a}"),
        new("effective.shared", "grant select on public.users to public"),
        new("effective.shared", "alter role {db}_data inherit; grant {db}_control to {db}_data"),
        new("effective.logins", "grant select on all tables in schema {a} to {db}_auditor"),
        new("effective.logins", "grant usage on schema {a} to {db}_control"),
        new("effective.logins", "alter role {db}_control inherit; grant pg_read_all_data to {db}_control"),
        new("effective.roles", "create role middle; grant {a} to middle; create role intruder login; grant middle to intruder"),
        new("effective.create", "grant temporary on database {db} to public"),
        new("effective.create", "grant create on schema {a} to {a}"),
        new("effective.guarded", "grant execute on function pg_catalog.pg_sleep(double precision) to {a}"),
        new("effective.guarded", "alter role {a} inherit; grant {db}_tenants to {a}"),
    ];
}

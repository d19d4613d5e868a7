namespace Tenantry.Tests.Evidence;

internal static class RoleFaults
{
    public static readonly Fault[] All =
    [
        new("roles.logins", "alter role {db}_auditor superuser"),
        new("roles.logins", "alter role {db}_owner createrole"),
        new("roles.logins", "alter role {db}_data createdb"),
        new("roles.logins", "alter role {db}_control inherit"),
        new("roles.logins", "alter role {db}_control bypassrls"),
        new("roles.logins", "alter role {db}_data replication"),
        new("roles.logins", "alter role {db}_owner nologin"),
        new("roles.tenants", "alter role {a} login"),
        new("roles.tenants", "alter role {a} inherit"),
        new("roles.tenants", "alter role {a} createrole"),
        new("roles.tenants", "alter role {db}_tenants login"),
        new("roles.tenant_logins", "grant {b} to {la}"),
        new("roles.tenant_logins", "grant {la} to {lb}"),
        new("roles.tenant_logins", "create role intruder login; grant {la} to intruder"),
        new("roles.tenant_logins", "alter role {la} createdb"),
        new("roles.tenant_edges", "grant {b} to {a}"),
        new("roles.tenant_edges", "grant {db}_control to {a}"),
        new("roles.tenant_edges", "grant {a} to {db}_tenants"),
        new("roles.assumable", "grant {a} to {db}_control"),
        new("roles.assumable", "create role intruder login; grant {a} to intruder"),
        new("roles.assumable", "revoke {a} from {db}_data"),
        new("roles.login_members", "create role intruder login; grant {db}_data to intruder"),
        new("roles.login_members", "create role intruder login; grant {db}_owner to intruder"),
        new("roles.login_members", "create role intruder login; grant {db}_tenants to intruder"),
        new("roles.login_memberships", "grant {db}_owner to {db}_control"),
        new("roles.login_memberships", "grant pg_read_all_data to {db}_auditor"),
        new("roles.login_memberships", "grant {db}_control to {db}_data"),
        new("roles.options", "grant {a} to {db}_data with admin option"),
        // Each membership says it for itself from 16 on, the member for all of its before.
        new("roles.options",
            """
            do $$ begin
                if current_setting('server_version_num')::integer >= 160000 then execute 'grant {a} to {db}_data with inherit true';
                else execute 'alter role {db}_data inherit'; end if;
            end $$
            """),
        new("roles.predefined", "create role intruder login; grant pg_read_all_data to intruder"),
        new("roles.predefined", "create role intruder login; grant pg_execute_server_program to intruder"),
        new("roles.superusers", "create role intruder superuser"),
        new("roles.powerful", "create role intruder createrole"),
        new("roles.powerful", "create role intruder bypassrls"),
        new("roles.powerful", "create role intruder replication"),
        new("roles.connect", "create role intruder login; grant connect on database {db} to intruder"),
        new("roles.connect", "create role intruder login; grant connect on database {db} to public"),
        new("roles.settings", "alter role {db}_data set row_security = off"),
        new("roles.settings", "alter role {db}_data in database {db} set search_path = public"),
        new("roles.settings", "alter role {db}_control in database {db} reset search_path"),
        new("roles.settings", "alter role {la} set role = '{b}'"),
        new("roles.settings", "alter role {a} set search_path = '{b}'"),
        new("roles.limits", "alter role {db}_data in database {db} reset statement_timeout"),
        new("roles.limits", "alter role {la} in database {db} set lock_timeout = 0"),
        new("ownership.schemas", "alter schema {a} owner to {a}"),
        new("ownership.schemas", "alter schema tenancy owner to {db}_control"),
        new("ownership.relations", "alter table {a}.projects owner to {b}"),
        new("ownership.relations", "alter table public.orgs owner to {db}_control"),
        new("ownership.functions", "create function {a}.one() returns integer language sql as 'select 1'"),
        new("ownership.functions", "alter function public.audit_hash owner to {db}_control"),
        new("ownership.types", "create type {a}.mood as enum ('fine')"),
        new("ownership.tenancy", "alter function tenancy.enter(text, uuid, text, uuid, boolean, integer, integer) owner to current_user"),
        new("ownership.tenancy", "alter function tenancy.create_tenant_role owner to {db}_owner"),
        new("ownership.tenancy", "create role intruder; alter view tenancy.guarded_functions owner to intruder"),
        new("ownership.logins", "create table public.theirs (id integer primary key); alter table public.theirs owner to {db}_data"),
        new("ownership.logins", "create schema hidden authorization {a}"),
        new("ownership.database", "alter database {db} owner to {db}_owner"),
    ];
}

namespace Tenantry.Tests.Evidence;

internal static class RegistryFaults
{
    public static readonly Fault[] All =
    [
        new("registry.schemas", "drop schema {a} cascade"),
        new("registry.schemas", "insert into public.tenants (id, schema_name, state) values (gen_random_uuid(), 't_00000000000000', 'active')"),
        new("registry.roles", "alter role {a} rename to renamed"),
        new("registry.orphan_schemas", "create schema t_0123456789abcdef"),
        new("registry.orphan_schemas", "delete from public.tenants where schema_name = '{a}'"),
        new("registry.orphan_roles", "select tenancy.create_tenant_role('t_0123456789abcdef')"),
        new("registry.orphan_roles", "create role t_fedcba9876543210; grant usage on schema public to t_fedcba9876543210"),
        new("registry.orphan_roles", "create role l_0123456789abcdef login; grant {db}_tenants to l_0123456789abcdef"),
        new("registry.names", "create schema \"t_Acme Corp\""),
        new("registry.names", "alter table public.tenants drop constraint tenants_schema_name_check; update public.tenants set schema_name = 'customer 7' where schema_name = '{a}'"),
        new("registry.ids", "update public.tenants set schema_name = 't_00000000000000' where schema_name = '{b}'; update public.tenants set schema_name = '{b}' where schema_name = '{a}'"),
        new("registry.slugs", "update public.tenants set slug = 'other' where schema_name = '{a}'"),
        new("registry.slugs", "update public.tenants set slug = null where schema_name = '{a}'"),
        new("registry.slugs", "delete from public.orgs where id = (select id from public.tenants where schema_name = '{a}'); update public.tenants set slug = 'left' where schema_name = '{a}'"),
        new("registry.slugs", "alter table public.orgs disable trigger orgs_copy_slug; update public.orgs set slug = 'other' where slug = 'acme'"),
        new("registry.states", "update public.tenants set state = 'deleting' where schema_name = '{a}'"),
        new("registry.states", "update public.tenants set deleted_at = now() where schema_name = '{a}'"),
        new("registry.states", "update public.tenants set state = 'provisioning' where schema_name = '{a}'"),
        new("registry.states", "alter table public.tenants drop constraint tenants_state_check; update public.tenants set state = 'odd' where schema_name = '{a}'"),
        new("registry.failed", "update public.tenants set state = 'failed' where schema_name = '{a}'"),
        new("registry.versions", "insert into public.tenant_scripts (version, name, checksum) select v, v::text, 'x' from generate_series(1, 4) v; update public.tenants set version = 99 where schema_name = '{a}'"),
        new("registry.versions", "insert into public.tenant_scripts (version, name, checksum) values (1, 'one', 'x'), (3, 'three', 'x'), (4, 'four', 'x')"),
        new("registry.retention", "update public.tenants set state = 'deleting', deleted_at = now() - interval '60 days' where schema_name = '{a}'"),
        new("registry.canaries", "delete from public.canaries where schema_name = (select min(schema_name) from public.canaries)"),
        new("registry.canaries", "insert into public.canaries (schema_name) values ('{a}')"),
        new("registry.other_schemas", "create schema reporting"),
    ];
}

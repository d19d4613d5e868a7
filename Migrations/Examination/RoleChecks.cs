namespace Tenantry.Migrations.Examination;

/// <summary>What the logins and the tenants' roles are, own and may read.</summary>
internal static class RoleChecks
{
    private const string Prepare = "Run `tenantry migrate --shared` with an admin connection.";

    /// <summary>Of the logins: cost does not grow with what tenants hold.</summary>
    public static IReadOnlyList<CatalogCheck> Logins { get; } =
    [
        new("roles.attributes", "the logins are bare: no superuser, no CREATEROLE, no CREATEDB, no BYPASSRLS, no INHERIT",
            """
            select r.rolname || ' has ' || concat_ws(', ', case when r.rolsuper then 'SUPERUSER' end, case when r.rolcreaterole then 'CREATEROLE' end,
                   case when r.rolcreatedb then 'CREATEDB' end, case when r.rolbypassrls then 'BYPASSRLS' end,
                   case when r.rolreplication then 'REPLICATION' end, case when r.rolinherit then 'INHERIT' end)
            from pg_catalog.pg_roles r
            where r.rolname in (@Owner, @Control, @Data, @Auditor)
              and (r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolbypassrls or r.rolreplication or r.rolinherit)
            """, Prepare),
        // To make a role is to administer it (from 16 on, a membership without SET), which takes nobody into it.
        new("roles.memberships", "only the data login and a tenant's own are members of its role, and tenants' roles are members of none",
            """
            with tenant as (
                select m.roleid from pg_catalog.pg_auth_members m join pg_catalog.pg_roles d on d.oid = m.member where d.rolname = @Data)
            select l.rolname || ' is a member of ' || g.rolname
            from pg_catalog.pg_auth_members m
            join pg_catalog.pg_roles l on l.oid = m.member join pg_catalog.pg_roles g on g.oid = m.roleid
            where l.rolname in (@Owner, @Control, @Auditor)
               or l.rolname = @Data and g.rolname !~ '^t_[0-9a-z]{10,40}$'
               or l.oid in (select roleid from tenant)
               or l.rolname not in (@Data, 'l_' || substr(g.rolname, 3)) and g.oid in (select roleid from tenant)
                  and coalesce((pg_catalog.to_jsonb(m) ->> 'set_option')::boolean, true)
            union all
            -- A tenant's own login, where it has one.
            select l.rolname || ' is a member of ' || g.rolname
            from pg_catalog.pg_auth_members m
            join pg_catalog.pg_roles l on l.oid = m.member join pg_catalog.pg_roles g on g.oid = m.roleid
            where l.rolname in (select 'l_' || substr(r.rolname, 3) from tenant join pg_catalog.pg_roles r on r.oid = tenant.roleid)
              and g.rolname not in ('t_' || substr(l.rolname, 3), pg_catalog.current_database() || '_tenants')
            union all
            select l.rolname || ' has attributes'
            from tenant join pg_catalog.pg_roles r on r.oid = tenant.roleid join pg_catalog.pg_roles l on l.rolname = 'l_' || substr(r.rolname, 3)
            where l.rolsuper or l.rolcreaterole or l.rolcreatedb or l.rolbypassrls or l.rolreplication
            union all
            -- From 16 on each membership says for itself whether rights pass by it.
            select l.rolname || ' inherits the rights of ' || g.rolname
            from pg_catalog.pg_auth_members m
            join pg_catalog.pg_roles l on l.oid = m.member join pg_catalog.pg_roles g on g.oid = m.roleid
            where l.rolname = @Data and (pg_catalog.to_jsonb(m) ->> 'inherit_option')::boolean
            """, "Revoke the membership: revoke <role> from <member>; from PostgreSQL 16 on: grant <role> to <data login> with inherit false, set true."),
        new("data.owns", "the data login owns nothing",
            """
            select c.relname from pg_catalog.pg_class c where pg_catalog.pg_get_userbyid(c.relowner) = @Data
            union all select n.nspname from pg_catalog.pg_namespace n where pg_catalog.pg_get_userbyid(n.nspowner) = @Data
            union all select p.proname from pg_catalog.pg_proc p where pg_catalog.pg_get_userbyid(p.proowner) = @Data
            """, "Give it to the owner login: reassign owned by <data login> to <owner login>."),
        new("data.reads", "the data login reads no table by its own right",
            """
            select n.nspname || '.' || c.relname
            from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
              and exists (select from pg_catalog.pg_roles where rolname = @Data)
              and (pg_catalog.has_any_column_privilege(@Data, c.oid, 'select, insert, update, references')
                   or pg_catalog.has_table_privilege(@Data, c.oid, 'delete, truncate, trigger'))
            """, "Revoke it: revoke all on <table> from <data login>, public."),
        new("control.audit_log", "the control login can only add to the audit log",
            """
            select 'it may ' || p || ' public.audit_log' from unnest(array['delete', 'truncate', 'trigger']) p
            where pg_catalog.has_table_privilege(@Control, 'public.audit_log', p)
            union all
            select 'it may update public.audit_log' where pg_catalog.has_any_column_privilege(@Control, 'public.audit_log', 'update')
            union all
            select 'the trigger that refuses changes is off or gone'
            where not exists (select from pg_catalog.pg_trigger where tgrelid = 'public.audit_log'::regclass and tgname = 'audit_log_append_only' and tgenabled = 'O')
            """, "Revoke it: revoke update, delete, truncate, trigger on public.audit_log from <control login>; enable the trigger audit_log_append_only."),
    ];

    /// <summary>Of each tenant's own schema and role.</summary>
    public static IReadOnlyList<CatalogCheck> Tenants { get; } =
    [
        new("roles.tenants", "every tenant has its schema and its role, which cannot log in and which the data login may take",
            """
            select o.slug || ': ' || case when n.oid is null then 'no schema' when r.oid is null then 'no role'
                   when r.rolcanlogin or r.rolsuper or r.rolcreaterole or r.rolbypassrls then 'its role has attributes' else 'the data login may not take its role' end
            from public.tenants t
            join tenancy.directory o on o.id = t.id
            left join pg_catalog.pg_namespace n on n.nspname = t.schema_name
            left join pg_catalog.pg_roles r on r.rolname = t.schema_name
            where t.state in ('active', 'suspended')
              and (n.oid is null or r.oid is null or r.rolcanlogin or r.rolsuper or r.rolcreaterole or r.rolbypassrls
                   or not pg_catalog.pg_has_role(@Data, r.oid, 'member'))
            """, "Restore the tenant from a backup, or drop it; alter role <role> nologin nosuperuser nocreaterole; grant <role> to the data login."),
        new("tenants.grants", "nobody but a tenant's own role and the owner reaches its schema and tables",
            """
            select distinct t.schema_name || ' is open to ' || coalesce(g.rolname, 'PUBLIC')
            from public.tenants t
            join pg_catalog.pg_namespace n on n.nspname = t.schema_name
            cross join lateral (
                select a.grantee from pg_catalog.aclexplode(n.nspacl) a
                union select a.grantee from pg_catalog.pg_class c cross join lateral pg_catalog.aclexplode(c.relacl) a where c.relnamespace = n.oid
            ) acl
            left join pg_catalog.pg_roles g on g.oid = acl.grantee
            where acl.grantee <> n.nspowner and g.rolname is distinct from t.schema_name
            """, "Revoke it: revoke all on schema <schema> from <role>; revoke all on all tables in schema <schema> from <role>."),
        new("tenants.orphans", "the registry knows every schema and role that bears a tenant's name", Provisioning.Orphans.List,
            "`tenantry retry` removes those that hold no row. Look into the others, and drop them by hand: drop schema <schema> cascade.",
            Finding.WarnStatus),
    ];
}

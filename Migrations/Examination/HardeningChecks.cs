using Tenantry.Tenancy;

namespace Tenantry.Migrations.Examination;

/// <summary>What has been taken from PUBLIC, and whether it stayed so.</summary>
internal static class HardeningChecks
{
    private const string Prepare = "Run `tenantry migrate --shared` with an admin connection.";

    public static IReadOnlyList<CatalogCheck> All { get; } =
    [
        new("public.database", "PUBLIC may neither connect to the database nor make schemas or temporary tables in it",
            """
            select 'PUBLIC has ' || a.privilege_type || ' on the database'
            from pg_catalog.pg_database d
            cross join lateral pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) a
            where d.datname = pg_catalog.current_database() and a.grantee = 0
            """, Prepare),
        new("public.schemas", "PUBLIC has no rights on the schemas public and tenancy",
            """
            select 'PUBLIC has ' || a.privilege_type || ' on schema ' || n.nspname
            from pg_catalog.pg_namespace n
            cross join lateral pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) a
            where n.nspname in ('public', 'tenancy') and a.grantee = 0
            """, Prepare),
        new("public.tables", "PUBLIC has no rights on tables of the schema public",
            """
            select 'PUBLIC has ' || a.privilege_type || ' on public.' || c.relname
            from pg_catalog.pg_class c cross join lateral pg_catalog.aclexplode(c.relacl) a
            where c.relnamespace = 'public'::regnamespace and a.grantee = 0
            """, "Revoke it: revoke all on <table> from public."),
        new("public.own_functions", "PUBLIC may not execute the functions of public and tenancy",
            """
            select p.oid::regprocedure::text
            from pg_catalog.pg_proc p
            cross join lateral pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
            where p.pronamespace in (select oid from pg_catalog.pg_namespace where nspname in ('public', 'tenancy')) and a.grantee = 0
            """, "Revoke it: revoke execute on function <function> from public."),
    ];

    /// <summary>
    /// Only a superuser can take these away. What stays open is a way from tenant to tenant where they share a login, and none
    /// where each has its own.
    /// </summary>
    public static IReadOnlyList<CatalogCheck> BuiltIns(DataLogins logins)
    {
        var severity = logins == DataLogins.Shared ? Finding.FailStatus : Finding.WarnStatus;
        const string mend = "Run `tenantry migrate --shared` with a superuser; where there is none, set Tenancy:DataLogins to PerTenant, which leaves an attacker no other role to take.";
        return
        [
            new("public.functions", "PUBLIC may not execute what switches role, runs query text, holds session state or signals",
                "select name from tenancy.guarded_functions where open order by name", mend, severity),
            new("public.languages", "PUBLIC may not write DO blocks, which run several statements as one",
                "select name from tenancy.guarded_languages where open order by name", mend, severity),
        ];
    }
}

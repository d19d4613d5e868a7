using Dapper;
using Npgsql;

namespace Tenantry.Migrations.Fleet;

/// <summary>
/// What a tenant's schema is made of, a line for each thing, in words in which the schema's own name does not stand: two tenants
/// with the same scripts have the same lines, and one fingerprint over them.
/// </summary>
internal static class SchemaStructure
{
    // Catalogs, never information_schema, which takes 140 ms at 2,500 schemas.
    private const string Lines =
        """
        with schemas as (select n.oid, n.nspname, n.nspacl from pg_catalog.pg_namespace n where n.nspname = any(@schemas)),
        relations as (select s.nspname, c.oid, c.relname, c.relkind, c.relacl from schemas s join pg_catalog.pg_class c on c.relnamespace = s.oid where c.relname <> 'migration_journal'),
        things as (
            select r.nspname, format('column %s.%s %s%s%s', r.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
                       case when a.attnotnull then ' not null' else '' end, coalesce(' default ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), '')) as line
            from relations r join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
            left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
            where r.relkind in ('r', 'p', 'v', 'm')
            union all
            select r.nspname, format('view %s %s', r.relname, pg_catalog.pg_get_viewdef(r.oid)) from relations r where r.relkind in ('v', 'm')
            union all
            select r.nspname, format('constraint %s.%s %s', r.relname, k.conname, pg_catalog.pg_get_constraintdef(k.oid))
            from relations r join pg_catalog.pg_constraint k on k.conrelid = r.oid and k.contype <> 'n'
            union all
            select r.nspname, pg_catalog.pg_get_indexdef(i.indexrelid) || case when i.indisvalid then '' else ' (invalid)' end
            from relations r join pg_catalog.pg_index i on i.indrelid = r.oid where r.relkind in ('r', 'p', 'm')
            union all
            select r.nspname, pg_catalog.pg_get_triggerdef(t.oid) || case when t.tgenabled = 'O' then '' else format(' (state %s)', t.tgenabled) end
            from relations r join pg_catalog.pg_trigger t on t.tgrelid = r.oid and not t.tgisinternal
            union all
            select s.nspname, pg_catalog.pg_get_functiondef(p.oid) from schemas s join pg_catalog.pg_proc p on p.pronamespace = s.oid and p.prokind in ('f', 'p')
            union all
            select r.nspname, format('grant %s on %s to %s', a.privilege_type, r.relname, coalesce(g.rolname, 'public'))
            from relations r cross join pg_catalog.aclexplode(r.relacl) a left join pg_catalog.pg_roles g on g.oid = a.grantee where r.relkind in ('r', 'p', 'v', 'm', 'S')
            union all
            select s.nspname, format('grant %s on schema to %s', a.privilege_type, coalesce(g.rolname, 'public'))
            from schemas s cross join pg_catalog.aclexplode(s.nspacl) a left join pg_catalog.pg_roles g on g.oid = a.grantee),
        plain as (select t.nspname, replace(replace(t.line, t.nspname || '.', ''), t.nspname, 'tenant') as line from things t)

        """;

    private const string Fingerprint =
        Lines + "select nspname::text, md5(string_agg(line, E'\\n' order by line collate \"C\")) from plain group by nspname";

    private const string List = Lines + "select line from plain order by line collate \"C\"";

    /// <summary>A fingerprint for each schema; a schema in which nothing is has none.</summary>
    public static async Task<Dictionary<string, string>> FingerprintAsync(NpgsqlConnection connection, string[] schemas, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<(string Schema, string Print)>(new CommandDefinition(Fingerprint, new { schemas }, cancellationToken: cancellationToken)))
        .ToDictionary(row => row.Schema, row => row.Print, StringComparer.Ordinal);

    /// <summary>One schema's lines, in order.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<string>(new CommandDefinition(List, new { schemas = new[] { schema } }, cancellationToken: cancellationToken))).AsList();
}

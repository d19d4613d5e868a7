using Dapper;
using Npgsql;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Erasure;

/// <summary>
/// Empties a schema, each thing in a transaction of its own: one DROP SCHEMA of 400 tables takes some 4,000 locks, of which a
/// server has as many for all together. Foreign keys go first, so that no table takes others' locks; what is left out because
/// somebody was faster is no fault.
/// </summary>
internal static class SchemaDemolition
{
    // By what depends on the schema, for which there is an index: pg_class has none by schema, and would be read whole.
    private const string Things =
        """
        with things as (
            select d.classid, d.objid, o.type, o.identity, c.relname, c.relkind
            from pg_catalog.pg_namespace n
            join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_namespace'::regclass and d.refobjid = n.oid and d.deptype = 'n'
            cross join lateral pg_catalog.pg_identify_object(d.classid, d.objid, 0) o
            left join pg_catalog.pg_class c on d.classid = 'pg_catalog.pg_class'::regclass and c.oid = d.objid
            where n.nspname = @schema)

        """;

    // What was made last is dropped first, since it may need what was made before it.
    private const string List = Things +
        """
        select 0 as rank, k.oid, null as "table", format('alter table if exists %s drop constraint if exists %I', t.identity, k.conname) as sql
        from things t join pg_catalog.pg_constraint k on k.conrelid = t.objid and k.contype = 'f' and k.conparentid = 0 where t.relkind in ('r', 'p')
        union all
        select case when t.relkind in ('v', 'm') then 1 when t.relkind in ('r', 'p', 'f') then 2 when t.relkind = 'S' then 3 else 4 end,
               t.objid, case when t.relkind in ('r', 'p', 'f') then t.relname::text end,
               format('drop %s if exists %s cascade', case t.type when 'composite type' then 'type' when 'statistics object' then 'statistics' else t.type end, t.identity)
        from things t
        order by rank, oid desc
        """;

    private const string ListTables = Things + "select relname::text, identity from things where relkind = 'r' order by relname";

    /// <summary>Counts the rows of each table and what it takes on disk, one after the other.</summary>
    public static async Task<IReadOnlyList<ErasedTable>> MeasureAsync(NpgsqlConnection connection, SchemaName schema, CancellationToken cancellationToken)
    {
        CommandDefinition Command(string sql) => new(sql, new { schema = schema.Value }, commandTimeout: 0, cancellationToken: cancellationToken);
        var measured = new List<ErasedTable>();
        foreach (var (name, identity) in (await connection.QueryAsync<(string, string)>(Command(ListTables))).AsList())
        {
            var (rows, bytes) = await connection.QuerySingleAsync<(long, long)>(Command($"select (select count(*) from {identity}), pg_catalog.pg_total_relation_size(to_regclass('{identity.Replace("'", "''", StringComparison.Ordinal)}'))"));
            measured.Add(new ErasedTable(name, rows, bytes));
        }

        return measured;
    }

    /// <summary>Drops all that is in the schema, and leaves the schema. Can be repeated.</summary>
    public static async Task RunAsync(NpgsqlConnection connection, SchemaName schema, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var things = (await connection.QueryAsync<(int Rank, uint Oid, string? Table, string Sql)>(new CommandDefinition(List, new { schema = schema.Value }, cancellationToken: cancellationToken))).AsList();
        foreach (var (_, _, table, sql) in things)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await connection.ExecuteAsync(new CommandDefinition(sql, commandTimeout: 0, cancellationToken: CancellationToken.None));
            if (table is not null) progress?.Report(table);
        }
    }
}

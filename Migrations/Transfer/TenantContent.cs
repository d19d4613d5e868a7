using Dapper;
using Npgsql;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Transfer;

/// <summary>What a tenant's schema holds, whether it lies in the database or in an archive.</summary>
internal sealed record TenantContent(IReadOnlyList<ExportedScript> Scripts, IReadOnlyList<TenantTable> Tables, IReadOnlyList<ExportedSequence> Sequences)
{
    // By what depends on the schema, for which there is an index: pg_class has none by schema, and would be read whole.
    private const string Relations =
        """
        from pg_catalog.pg_namespace n
        join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_namespace'::regclass and d.refobjid = n.oid and d.classid = 'pg_catalog.pg_class'::regclass
        join pg_catalog.pg_class c on c.oid = d.objid
        where n.nspname = @schema

        """;

    private const string ListTables =
        """
        select c.relname::text as Name, array(
            select a.attname::text from pg_catalog.pg_attribute a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as Columns

        """ + Relations + "and c.relkind = 'r' and c.relname <> 'migration_journal' order by c.relname";

    private const string ListSequences =
        "select c.relname::text as Name, pg_catalog.pg_sequence_last_value(c.oid) as LastValue\n" + Relations + "and c.relkind = 'S' order by c.relname";

    /// <summary>The tables in which a schema's rows are, and what its sequences gave last.</summary>
    public static async Task<TenantContent> ReadAsync(NpgsqlConnection connection, SchemaName schema, IReadOnlyDictionary<string, string> journal, CancellationToken cancellationToken)
    {
        CommandDefinition Command(string sql) => new(sql, new { schema = schema.Value }, cancellationToken: cancellationToken);
        return new TenantContent(
            [.. journal.OrderBy(script => script.Key, StringComparer.Ordinal).Select(script => new ExportedScript(script.Key, script.Value))],
            [.. (await connection.QueryAsync<(string Name, string[] Columns)>(Command(ListTables))).Select(table => new TenantTable(table.Name, table.Columns))],
            [.. (await connection.QueryAsync<(string Name, long? LastValue)>(Command(ListSequences))).Select(row => new ExportedSequence(row.Name, row.LastValue))]);
    }

    /// <summary>Takes the content for one that this program's scripts make.</summary>
    /// <exception cref="TransferException">It is newer, or of other scripts.</exception>
    public void RequireScripts(ScriptSet scripts)
    {
        if (Scripts.Count > scripts.Newest)
            throw new TransferException($"The data are of version {Scripts.Count}, and this program knows version {scripts.Newest}: use a newer one.");
        foreach (var (had, script) in Scripts.Zip(scripts.Scripts))
        {
            if (had.Name != script.Name) throw new TransferException($"The data are of other scripts: where {script.Name} is here, they had {had.Name}.");
            if (had.Checksum != script.Checksum) throw new TransferException($"Script {script.Name} is not the one that the data are of: it was edited, here or there.");
        }
    }

    /// <summary>Compares with the schema that the scripts have made: what follows names only what is there.</summary>
    /// <exception cref="TransferException">A table, column or sequence is missing or one too many.</exception>
    public void RequireSame(TenantContent made)
    {
        RequireSame("tables", Tables.Select(table => table.Name), made.Tables.Select(table => table.Name));
        RequireSame("sequences", Sequences.Select(sequence => sequence.Name), made.Sequences.Select(sequence => sequence.Name));
        var columns = made.Tables.ToDictionary(table => table.Name, table => table.Columns, StringComparer.Ordinal);
        foreach (var table in Tables) RequireSame($"columns of {table.Name}", table.Columns, columns[table.Name]);
    }

    private static void RequireSame(string what, IEnumerable<string> given, IEnumerable<string> made)
    {
        if (!given.Order(StringComparer.Ordinal).SequenceEqual(made.Order(StringComparer.Ordinal), StringComparer.Ordinal))
            throw new TransferException($"The {what} are not those that the scripts make: what was changed by hand has to be undone first.");
    }
}

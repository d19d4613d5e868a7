using Dapper;
using Npgsql;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Transfer;

/// <summary>
/// What would act on rows that come back as they were: foreign keys, which forbid the order of loading and are checked faster at
/// once, and triggers, which would do again what they did when the rows were written. Taken away before loading, put back after it.
/// </summary>
internal sealed class SetAside
{
    private const string List =
        """
        with tables as (
            select c.oid, format('%I.%I', n.nspname, c.relname) as name
            from pg_catalog.pg_namespace n
            join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_namespace'::regclass and d.refobjid = n.oid and d.classid = 'pg_catalog.pg_class'::regclass
            join pg_catalog.pg_class c on c.oid = d.objid and c.relkind in ('r', 'p')
            where n.nspname = @schema)
        select format('alter table %s drop constraint %I', t.name, k.conname) as away,
               format('alter table %s add constraint %I %s', t.name, k.conname, pg_catalog.pg_get_constraintdef(k.oid)) as back
        from tables t join pg_catalog.pg_constraint k on k.conrelid = t.oid and k.contype = 'f' and k.conparentid = 0
        union all
        select format('alter table %s disable trigger %I', t.name, g.tgname),
               format('alter table %s enable %strigger %I', t.name, case g.tgenabled when 'A' then 'always ' when 'R' then 'replica ' else '' end, g.tgname)
        from tables t join pg_catalog.pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal and g.tgparentid = 0 and g.tgenabled <> 'D'
        """;

    private readonly NpgsqlConnection connection;
    private readonly IReadOnlyList<(string Away, string Back)> statements;

    private SetAside(NpgsqlConnection connection, IReadOnlyList<(string Away, string Back)> statements) => (this.connection, this.statements) = (connection, statements);

    public static async Task<SetAside> TakeAsync(NpgsqlConnection connection, SchemaName schema, CancellationToken cancellationToken)
    {
        var statements = (await connection.QueryAsync<(string, string)>(new CommandDefinition(List, new { schema = schema.Value }, cancellationToken: cancellationToken))).AsList();
        var aside = new SetAside(connection, statements);
        await aside.RunAsync(aside.statements.Select(statement => statement.Away), cancellationToken);
        return aside;
    }

    /// <exception cref="PostgresException">A row refers to one that is not there.</exception>
    public Task PutBackAsync(CancellationToken cancellationToken) => RunAsync(statements.Select(statement => statement.Back), cancellationToken);

    private async Task RunAsync(IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        foreach (var statement in statements) await connection.ExecuteAsync(new CommandDefinition(statement, commandTimeout: 0, cancellationToken: cancellationToken));
    }
}

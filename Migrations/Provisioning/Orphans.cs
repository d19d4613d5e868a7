using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Provisioning;

/// <summary>
/// Schemas and roles that bear a tenant's name and that the registry does not know. Nothing here leaves any, since a tenant is
/// made and ended in one transaction; a restored dump or somebody's hand does.
/// </summary>
/// <param name="database">The owner's pool.</param>
public sealed class Orphans(OwnerDatabase database)
{
    /// <summary>Their names, asked as the owner.</summary>
    internal const string List =
        """
        select o.name from (
            select n.nspname::text as name from pg_catalog.pg_namespace n
            join pg_catalog.pg_roles r on r.oid = n.nspowner where r.rolname = current_user
            union
            select t.rolname::text from pg_catalog.pg_auth_members m
            join pg_catalog.pg_roles t on t.oid = m.roleid
            join pg_catalog.pg_roles d on d.oid = m.member where d.rolname = pg_catalog.current_database() || '_data'
        ) o
        where o.name ~ '^t_[0-9a-z]{10,40}$'
          and not exists (select from public.tenants t where t.schema_name = o.name)
          and not exists (select from public.canaries c where c.schema_name = o.name)
        order by o.name
        """;

    private const string ListTables =
        """
        select c.relname from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = @schema and c.relkind in ('r', 'p') and c.relname <> 'migration_journal'
        """;

    /// <summary>Removes those that hold no row, one transaction each. One that holds any is somebody's data and stays.</summary>
    /// <returns>The names of those that are gone and of those that stay.</returns>
    /// <exception cref="NpgsqlException">The database failed; a repetition takes up the rest.</exception>
    public async Task<(IReadOnlyList<string> Removed, IReadOnlyList<string> Kept)> RemoveEmptyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var (removed, kept) = (new List<string>(), new List<string>());
        foreach (var name in await connection.QueryAsync<string>(new CommandDefinition(List, cancellationToken: cancellationToken)))
        {
            var gone = await TryRemoveAsync(connection, SchemaName.Parse(name), cancellationToken);
            (gone ? removed : kept).Add(name);
        }

        return (removed, kept);
    }

    private static async Task<bool> TryRemoveAsync(NpgsqlConnection connection, SchemaName schema, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var table in await connection.QueryAsync<string>(new CommandDefinition(ListTables, new { schema = schema.Value }, cancellationToken: cancellationToken)))
        {
            var name = $"{schema}.{new NpgsqlCommandBuilder().QuoteIdentifier(table)}";
            // Locked, so that none comes between looking and dropping.
            if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition($"lock table {name}; select exists (select from {name})", cancellationToken: cancellationToken))) return false;
        }

        try
        {
            await TenantSchema.DropAsync(connection, schema, cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.DependentObjectsStillExist)
        {
            // The role has rights elsewhere, in another database perhaps.
            return false;
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}

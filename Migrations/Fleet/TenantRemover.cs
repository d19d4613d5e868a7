using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Provisioning;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Migrations.Fleet;

/// <summary>Ends tenants: first out of reach, with the data kept, then erased.</summary>
public sealed class TenantRemover(OwnerDatabase database)
{
    private const string Delete =
        "update public.tenants set state = 'deleting', deleted_at = now() where id = @Id and state <> 'deleting'";

    private const string ListExpired =
        """
        select t.id, o.slug, o.name, t.schema_name as SchemaName, t.state, t.version, t.deleted_at as DeletedAt, t.created_at as CreatedAt
        from public.tenants t join tenancy.directory o on o.id = t.id
        where t.state = 'deleting' and t.deleted_at <= now() - @Retention
        order by t.deleted_at
        """;

    private const string ListTables =
        """
        select c.relname from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = @schema and c.relkind in ('r', 'p') order by c.relname
        """;

    private const string Forget = "delete from public.tenants where id = @Id and state = 'deleting'";

    /// <summary>How long a deleted tenant's data are kept and it can be restored: 30 days.</summary>
    public static TimeSpan Retention { get; } = TimeSpan.FromDays(30);

    /// <summary>The deleted tenants whose time of retention is over, the longest deleted first.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<IReadOnlyList<TenantRecord>> ListExpiredAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return [.. await connection.QueryAsync<TenantRecord>(new CommandDefinition(ListExpired, new { Retention }, cancellationToken: cancellationToken))];
    }

    /// <summary>Puts a tenant out of every member's reach, from the next request on. Its data stay. Repeating it changes nothing.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task DeleteAsync(TenantRecord tenant, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await connection.ExecuteAsync(new CommandDefinition(Delete, new { tenant.Id }, cancellationToken: cancellationToken)) > 0)
            await AuditLog.AppendAsync(transaction, new AuditEntry(AuditAction.OrgDeleted, null, tenant.Id), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// Erases a tenant for good: tables one at a time, since one DROP SCHEMA of a large tenant takes more locks than a server
    /// has, then schema, role and rows in one transaction. Can be repeated after a failure.
    /// </summary>
    /// <exception cref="NpgsqlException">The database failed; what is left is out of reach, and a repetition takes it up.</exception>
    public async Task EraseAsync(TenantRecord tenant, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        await DeleteAsync(tenant, cancellationToken);
        var schema = SchemaName.Parse(tenant.SchemaName);
        await using var connection = await database.OpenAsync(cancellationToken);
        var tables = await connection.QueryAsync<string>(new CommandDefinition(ListTables, new { schema = schema.Value }, cancellationToken: cancellationToken));
        foreach (var table in tables)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await connection.ExecuteAsync($"drop table {schema}.{new NpgsqlCommandBuilder().QuoteIdentifier(table)} cascade");
            progress?.Report(table);
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync($"drop schema if exists {schema} cascade");
        await connection.ExecuteAsync("select tenancy.drop_tenant_role(@schema)", new { schema = schema.Value });
        await FormerSlugs.ReserveAsync(connection, tenant.Id, Slug.Parse(tenant.Slug), cancellationToken);
        await connection.ExecuteAsync(Forget, new { tenant.Id });
        await AuditLog.AppendAsync(transaction, new AuditEntry(AuditAction.TenantErased, null, tenant.Id), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}

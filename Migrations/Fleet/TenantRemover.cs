using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Erasure;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Migrations.Fleet;

/// <summary>Puts tenants out of reach, with the data kept for a while; <see cref="TenantEraser"/> is what then erases them.</summary>
public sealed class TenantRemover(OwnerDatabase database)
{
    private const string Delete =
        "update public.tenants set state = 'deleting', deleted_at = now() where id = @Id and state <> 'deleting'";

    private const string ListExpired =
        $"""
        select t.id, o.slug, o.name, t.schema_name as SchemaName, t.state, t.version, t.deleted_at as DeletedAt, t.created_at as CreatedAt
        from public.tenants t join tenancy.directory o on o.id = t.id
        where t.state = 'deleting' and (t.deleted_at <= now() - @Retention
            or {BegunErasure.Condition})
        order by t.deleted_at
        """;

    /// <summary>How long a deleted tenant's data are kept and it can be restored: 30 days.</summary>
    public static TimeSpan Retention { get; } = TimeSpan.FromDays(30);

    /// <summary>The deleted tenants whose time of retention is over, or whose erasure was begun and broken off, the longest deleted first.</summary>
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
}

using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Migrations.Fleet;

/// <summary>Reads and sets the plans of orgs. Plans themselves are rows of <c>public.plans</c>, the operator's to add and change. Thread-safe.</summary>
public sealed class OrgPlans(OwnerDatabase database)
{
    private const string Columns =
        """
        select p.name, p.statement_timeout as StatementTimeout, p.lock_timeout as LockTimeout,
               p.requests_per_second as RequestsPerSecond, p.pool_share as PoolShare
        from public.plans p

        """;

    private const string List = Columns + "order by p.name";
    private const string Find = Columns + "join public.tenants t on t.plan = p.name where t.id = @Id";
    private const string Set = "update public.tenants set plan = @plan where id = @Id and plan <> @plan";

    /// <summary>All plans, by name.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<IReadOnlyList<OrgPlan>> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return [.. await connection.QueryAsync<OrgPlan>(new CommandDefinition(List, cancellationToken: cancellationToken))];
    }

    /// <summary>The plan of an org.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<OrgPlan> GetAsync(TenantRecord tenant, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleAsync<OrgPlan>(new CommandDefinition(Find, new { tenant.Id }, cancellationToken: cancellationToken));
    }

    /// <summary>Gives an org a plan, with its log row in the same transaction. False, with nothing changed, when it has it already.</summary>
    /// <exception cref="NpgsqlException">The database failed, or there is no such plan.</exception>
    public async Task<bool> SetAsync(TenantRecord tenant, string plan, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await connection.ExecuteAsync(new CommandDefinition(Set, new { tenant.Id, plan }, cancellationToken: cancellationToken)) == 0) return false;
        await AuditLog.AppendAsync(
            transaction, new AuditEntry(AuditAction.OrgPlanChanged, null, tenant.Id) { Details = new Dictionary<string, string> { ["plan"] = plan } }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}

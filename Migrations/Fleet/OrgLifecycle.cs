using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Erasure;
using Tenantry.Migrations.Provisioning;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Migrations.Fleet;

/// <summary>
/// Suspends, resumes, restores and renames orgs: each is one statement, with its log row in the same transaction, and in force from the
/// next request on. Schema and role never change their name. Thread-safe.
/// </summary>
public sealed class OrgLifecycle(OwnerDatabase database)
{
    // A statement of its own, so that the next one sees what was committed by whoever had the row before.
    private const string Lock = "select from public.tenants where id = @Id for update";

    private const string Suspend = "update public.tenants set state = 'suspended' where id = @Id and state = 'active'";

    private const string Resume = "update public.tenants set state = 'active' where id = @Id and state = 'suspended'";

    // Never what the erasure has begun to take apart. What it was before, the log knows: a deletion and its end do not lift a suspension.
    private const string Restore =
        $"""
        update public.tenants t set deleted_at = null, state = case (
            select l.action from public.audit_log l where l.chain = @Id and l.action in ('org.suspended', 'org.resumed') order by l.position desc limit 1)
            when 'org.suspended' then 'suspended' else 'active' end
        where t.id = @Id and t.state = 'deleting' and t.deleted_at > now() - @Retention
          and not {BegunErasure.Condition}
        """;

    private const string Rename =
        """
        update public.orgs set slug = @slug, updated_at = now(), revision = revision + 1
        where id = @Id and not exists (
            select from public.former_slugs f where f.slug = @slug and f.org_id <> @Id and f.reserved_until > now())
        """;

    private const string TakeBack = "delete from public.former_slugs where slug = @slug and org_id = @Id";

    private const string IsOurs = "select exists (select from public.orgs where id = @Id)";

    /// <summary>Refuses an active org's members its data. False, with nothing changed, when it is not active.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public Task<bool> SuspendAsync(TenantRecord tenant, CancellationToken cancellationToken) =>
        ChangeAsync(Suspend, tenant, AuditAction.OrgSuspended, cancellationToken);

    /// <summary>Ends a suspension. False, with nothing changed, when there is none.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public Task<bool> ResumeAsync(TenantRecord tenant, CancellationToken cancellationToken) =>
        ChangeAsync(Resume, tenant, AuditAction.OrgResumed, cancellationToken);

    /// <summary>
    /// Takes a deletion back: the org is active, or suspended as it was, with its data and members, and maybe behind, since deleted
    /// tenants are not migrated. False, with nothing changed, when it is not deleted, <see cref="TenantRemover.Retention"/> is
    /// over, or its erasure has begun.
    /// </summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public Task<bool> RestoreAsync(TenantRecord tenant, CancellationToken cancellationToken) =>
        ChangeAsync(Restore, tenant, AuditAction.OrgRestored, cancellationToken);

    /// <summary>Gives an org another slug and keeps the former for it, so that a link to it does not lead to another's.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<RenameOutcome> RenameAsync(TenantRecord tenant, Slug slug, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        CommandDefinition Command(string sql) => new(sql, new { tenant.Id, slug = slug.Value }, cancellationToken: cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>(Command(IsOurs))) return RenameOutcome.NotOurs;
        try
        {
            if (await connection.ExecuteAsync(Command(Rename)) == 0) return RenameOutcome.SlugTaken;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return RenameOutcome.SlugTaken;
        }

        await connection.ExecuteAsync(Command(TakeBack));
        await FormerSlugs.ReserveAsync(connection, tenant.Id, Slug.Parse(tenant.Slug), cancellationToken);
        await AuditLog.AppendAsync(transaction, new AuditEntry(AuditAction.OrgUpdated, null, tenant.Id), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return RenameOutcome.Renamed;
    }

    private async Task<bool> ChangeAsync(string sql, TenantRecord tenant, AuditAction action, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Lock, new { tenant.Id }, cancellationToken: cancellationToken));
        if (await connection.ExecuteAsync(new CommandDefinition(sql, new { tenant.Id, TenantRemover.Retention }, cancellationToken: cancellationToken)) == 0) return false;
        await AuditLog.AppendAsync(transaction, new AuditEntry(action, null, tenant.Id), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}

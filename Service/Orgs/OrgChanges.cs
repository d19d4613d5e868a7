using Npgsql;
using Tenantry.Migrations.Provisioning;
using Tenantry.Service.Errors;
using Tenantry.Service.Http;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Orgs;

/// <summary>What changes an org, each with its log row in one transaction. An expected refusal is returned.</summary>
internal sealed class OrgChanges(ControlDatabase database)
{
    public async Task<(Org? Org, ErrorCode? Error)> UpdateAsync(
        Guid userId, Slug slug, OrgPatch patch, IfMatch match, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        await using var transaction = await control.BeginTransactionAsync(cancellationToken);
        var org = await OrgQueries.FindForUpdateAsync(control, userId, slug, cancellationToken);
        if (Refuse(org, match) is { } refusal) return (null, refusal);

        var oldSlug = Slug.Parse(org!.Slug);
        var newSlug = patch.Slug is null ? oldSlug : Slug.Parse(patch.Slug);
        try
        {
            if (!await OrgQueries.UpdateAsync(control, org.Id, patch.Name?.Trim() ?? org.Name, newSlug, cancellationToken)) return (null, ErrorCode.SlugTaken);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return (null, ErrorCode.SlugTaken);
        }

        if (newSlug != oldSlug) await FormerSlugs.ReserveAsync(control, org.Id, oldSlug, cancellationToken);
        await AuditLog.AppendAsync(transaction, new AuditEntry(AuditAction.OrgUpdated, userId, org.Id), cancellationToken);
        var updated = await OrgQueries.FindAsync(control, userId, newSlug, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return (updated, null);
    }

    public async Task<ErrorCode?> DeleteAsync(Guid userId, Slug slug, OrgDeletion deletion, IfMatch match, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        await using var transaction = await control.BeginTransactionAsync(cancellationToken);
        var org = await OrgQueries.FindForUpdateAsync(control, userId, slug, cancellationToken);
        if (Refuse(org, match) is { } refusal) return refusal;
        if (deletion.Slug != org!.Slug) return ErrorCode.RequestInvalid;

        await OrgQueries.DeleteAsync(control, org.Id, cancellationToken);
        await AuditLog.AppendAsync(transaction, new AuditEntry(AuditAction.OrgDeleted, userId, org.Id), cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }

    private static ErrorCode? Refuse(Org? org, IfMatch match) =>
        OrgGuard.Refuse(org, OrgRole.Admin) ?? (match.Allows(org!.Revision) ? null : ErrorCode.ResourceChanged);
}

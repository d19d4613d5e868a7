using Npgsql;
using Tenantry.Migrations.Provisioning;
using Tenantry.Service.Control;
using Tenantry.Service.Errors;
using Tenantry.Service.Http;
using Tenantry.Service.Mail;
using Tenantry.Service.Members;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Orgs;

/// <summary>What changes an org, in the request's transaction and with its log row. An expected refusal is returned.</summary>
internal sealed class OrgChanges(ControlRequest request, Outbox outbox)
{
    public async Task<(Org? Org, ErrorCode? Error)> UpdateAsync(OrgPatch patch, IfMatch match, CancellationToken cancellationToken)
    {
        var org = request.Org;
        if (!match.Allows(org.Revision)) return (null, ErrorCode.ResourceChanged);
        var oldSlug = Slug.Parse(org.Slug);
        var newSlug = patch.Slug is null ? oldSlug : Slug.Parse(patch.Slug);
        try
        {
            if (!await OrgQueries.UpdateAsync(request.Connection, org.Id, patch.Name?.Trim() ?? org.Name, newSlug, cancellationToken)) return (null, ErrorCode.SlugTaken);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return (null, ErrorCode.SlugTaken);
        }

        if (newSlug != oldSlug) await FormerSlugs.ReserveAsync(request.Connection, org.Id, oldSlug, cancellationToken);
        await request.LogAsync(AuditAction.OrgUpdated, null, cancellationToken);
        return (await OrgQueries.FindAsync(request.Connection, request.Caller.UserId, newSlug, cancellationToken), null);
    }

    public async Task<ErrorCode?> DeleteAsync(IfMatch match, CancellationToken cancellationToken)
    {
        if (!match.Allows(request.Org.Revision)) return ErrorCode.ResourceChanged;
        var erasedAt = await OrgQueries.DeleteAsync(request.Connection, request.Org.Id, cancellationToken);
        await request.LogAsync(AuditAction.OrgDeleted, null, cancellationToken);
        var values = new Dictionary<string, string> { ["org"] = request.Org.Name, ["until"] = OutgoingMail.Day(erasedAt) };
        foreach (var address in await MemberQueries.ListAddressesAsync(request.Connection, request.Org.Id, cancellationToken))
            await outbox.AddAsync(request.Transaction!, new OutgoingMail(address, MailTemplate.OrgDeleted, values), cancellationToken);
        return null;
    }
}

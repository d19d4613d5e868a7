using Tenantry.Service.Control;
using Tenantry.Service.Errors;
using Tenantry.Service.Http;
using Tenantry.Service.Invitations;
using Tenantry.Service.Mail;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Members;

/// <summary>
/// What changes the people of an org, in the request's transaction and with its log row. The org's row is locked by then, so
/// that what is read of its members here is still so at the commit.
/// </summary>
internal sealed class MemberChanges(ControlRequest request, Outbox outbox)
{
    public async Task<(Member? Member, ErrorCode? Error)> UpdateAsync(Guid userId, string role, IfMatch match, CancellationToken cancellationToken)
    {
        var (member, error) = await FindAsync(userId, match, cancellationToken);
        if (member is null || member.Role == role) return (member, error);
        if (await IsLastAdminAsync(member, cancellationToken)) return (null, ErrorCode.LastAdmin);

        await MemberQueries.UpdateAsync(request.Connection, request.Org.Id, userId, role, cancellationToken);
        await request.LogAsync(AuditAction.MembershipUpdated, userId.ToString(), cancellationToken, ("from", member.Role), ("to", role));
        if (role != "admin") await VoidInvitationsAsync(userId, "admin", cancellationToken);
        await TellAsync(member, role == "admin" ? "You are an admin now." : "You are a member now, and no admin any more.", cancellationToken);
        return (await MemberQueries.FindAsync(request.Connection, request.Org.Id, userId, cancellationToken), null);
    }

    /// <summary>Removes a member, or lets the caller leave. Only an admin removes others.</summary>
    public async Task<ErrorCode?> DeleteAsync(Guid userId, IfMatch match, CancellationToken cancellationToken)
    {
        if (userId != request.Caller.UserId && request.Org.Role < OrgRole.Admin) return ErrorCode.AdminRequired;
        var (member, error) = await FindAsync(userId, match, cancellationToken);
        if (member is null) return error;
        if (await IsLastAdminAsync(member, cancellationToken)) return ErrorCode.LastAdmin;

        await MemberQueries.DeleteAsync(request.Connection, request.Org.Id, userId, cancellationToken);
        await request.LogAsync(AuditAction.MembershipDeleted, userId.ToString(), cancellationToken, ("role", member.Role));
        await VoidInvitationsAsync(userId, null, cancellationToken);
        await TellAsync(member, "You are not a member any more.", cancellationToken);
        return null;
    }

    private async Task<(Member? Member, ErrorCode? Error)> FindAsync(Guid userId, IfMatch match, CancellationToken cancellationToken) =>
        await MemberQueries.FindAsync(request.Connection, request.Org.Id, userId, cancellationToken) is not { } member
            ? (null, ErrorCode.ResourceNotFound)
            : match.Allows(member.Revision) ? (member, null) : (null, ErrorCode.ResourceChanged);

    private async Task<bool> IsLastAdminAsync(Member member, CancellationToken cancellationToken) =>
        member.Role == "admin" && !await MemberQueries.HasOtherAdminAsync(request.Connection, request.Org.Id, member.UserId, cancellationToken);

    // Nobody comes in later on the word of somebody who may not invite any more.
    private async Task VoidInvitationsAsync(Guid inviterId, string? role, CancellationToken cancellationToken)
    {
        foreach (var id in await SentInvitationQueries.RevokeOfAsync(request.Connection, request.Org.Id, inviterId, role, cancellationToken))
            await request.LogAsync(AuditAction.InvitationRevoked, id.ToString(), cancellationToken, ("reason", role is null ? "inviter.removed" : "inviter.demoted"));
    }

    private async Task TellAsync(Member member, string change, CancellationToken cancellationToken)
    {
        if (member.UserId == request.Caller.UserId) return;
        var values = new Dictionary<string, string> { ["org"] = request.Org.Name, ["change"] = change };
        await outbox.AddAsync(request.Transaction!, new OutgoingMail(member.Email, MailTemplate.MembershipChanged, values), cancellationToken);
    }
}

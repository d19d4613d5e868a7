using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Tenantry.Service.Control;
using Tenantry.Service.Errors;
using Tenantry.Service.Mail;
using Tenantry.Service.Members;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Invitations;

/// <summary>
/// Invites to the request's org, in its transaction, with log row and mail. An expected refusal is returned. Whether an address
/// has an account is never looked up: only whether it is a member's, which members know.
/// </summary>
internal sealed class SentInvitations(ControlRequest request, ILookupNormalizer normalizer, Outbox outbox, IOptions<InvitationOptions> options)
{
    public async Task<(Invitation? Invitation, ErrorCode? Error)> InviteAsync(NewInvitation invitation, CancellationToken cancellationToken)
    {
        var (id, email, role) = (Guid.CreateVersion7(), invitation.Email.Trim(), invitation.Role ?? "member");
        var normalizedEmail = normalizer.NormalizeEmail(email)!;
        if (RefuseRole(role) is { } refusal) return (null, refusal);
        if (await IsMemberAsync(normalizedEmail, cancellationToken)) return (null, ErrorCode.MembershipExists);

        var token = InvitationToken.Create();
        if (!await SentInvitationQueries.AddAsync(
            request.Connection, request.Org.Id, id, email, normalizedEmail, role, token.Hash, request.Caller.UserId, options.Value.Lifetime, cancellationToken))
            return (null, ErrorCode.InvitationPending);
        await request.LogAsync(AuditAction.InvitationCreated, id.ToString(), cancellationToken, ("email", email), ("role", role));
        return (await SendAsync(id, token, cancellationToken), null);
    }

    public async Task<(Invitation? Invitation, ErrorCode? Error)> ResendAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await SentInvitationQueries.FindAsync(request.Connection, request.Org.Id, id, cancellationToken) is not { } row) return (null, ErrorCode.ResourceNotFound);
        if ((RefuseRole(row.Role) ?? row.Refusal) is { } refusal) return (null, refusal);
        if (await IsMemberAsync(row.NormalizedEmail, cancellationToken)) return (null, ErrorCode.MembershipExists);

        var token = InvitationToken.Create();
        await SentInvitationQueries.RenewAsync(request.Connection, request.Org.Id, id, token.Hash, options.Value.Lifetime, cancellationToken);
        await request.LogAsync(AuditAction.InvitationResent, id.ToString(), cancellationToken);
        return (await SendAsync(id, token, cancellationToken), null);
    }

    public async Task<ErrorCode?> RevokeAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await SentInvitationQueries.FindAsync(request.Connection, request.Org.Id, id, cancellationToken) is not { } row) return ErrorCode.ResourceNotFound;
        if (request.Org.Role < OrgRole.Admin && row.InviterId != request.Caller.UserId) return ErrorCode.AdminRequired;
        if (row.Refusal is { } refusal) return refusal;

        await SentInvitationQueries.RevokeAsync(request.Connection, request.Org.Id, id, cancellationToken);
        await request.LogAsync(AuditAction.InvitationRevoked, id.ToString(), cancellationToken);
        return null;
    }

    private ErrorCode? RefuseRole(string role) => role == "admin" && request.Org.Role < OrgRole.Admin ? ErrorCode.AdminRequired : null;

    private Task<bool> IsMemberAsync(string normalizedEmail, CancellationToken cancellationToken) =>
        MemberQueries.HasAddressAsync(request.Connection, request.Org.Id, normalizedEmail, cancellationToken);

    private async Task<Invitation> SendAsync(Guid id, InvitationToken token, CancellationToken cancellationToken)
    {
        var sent = await SentInvitationQueries.GetAsync(request.Connection, request.Org.Id, id, cancellationToken);
        var values = new Dictionary<string, string>
        {
            ["org"] = request.Org.Name,
            ["inviter"] = sent.Inviter,
            ["role"] = sent.Role,
            ["token"] = token.Text,
            ["expires"] = OutgoingMail.Time(sent.ExpiresAt),
        };
        await outbox.AddAsync(request.Transaction!, new OutgoingMail(sent.Email, MailTemplate.Invitation, values), cancellationToken);
        return sent;
    }
}

using Tenantry.Service.Control;
using Tenantry.Service.Errors;
using Tenantry.Service.Members;
using Tenantry.Service.Orgs;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Invitations;

/// <summary>Answers invitations, in the request's transaction and with log rows. An expected refusal is returned.</summary>
internal sealed class ReceivedInvitations(ControlRequest request)
{
    public async Task<(Orgs.Org? Org, ErrorCode? Error)> AcceptAsync(InvitationKey key, CancellationToken cancellationToken)
    {
        var (control, userId) = (request.Connection, request.Caller.UserId);
        var (invitation, address, error) = await FindAsync(key, cancellationToken);
        if (invitation is null) return (null, error);
        if (!await MemberQueries.AddAsync(control, invitation.OrgId, userId, invitation.Role, cancellationToken)) return (null, ErrorCode.MembershipExists);

        // The token was mailed to this address and shown to nobody else: who has it reads the mail.
        if (!address!.IsConfirmed)
        {
            await ReceivedInvitationQueries.ConfirmAddressAsync(control, userId, cancellationToken);
            await request.LogAsync(AuditAction.UserEmailConfirmed, null, cancellationToken);
        }

        await ReceivedInvitationQueries.CloseAsync(control, invitation.Id, "accepted", cancellationToken);
        await request.LogInAsync(invitation.OrgId, AuditAction.InvitationAccepted, invitation.Id.ToString(), cancellationToken);
        await request.LogInAsync(invitation.OrgId, AuditAction.MembershipCreated, userId.ToString(), cancellationToken, ("role", invitation.Role));
        return (await OrgQueries.FindAsync(control, userId, Slug.Parse(invitation.Slug), cancellationToken), null);
    }

    public async Task<ErrorCode?> DeclineAsync(InvitationKey key, CancellationToken cancellationToken)
    {
        var (invitation, _, error) = await FindAsync(key, cancellationToken);
        if (invitation is null) return error;

        await ReceivedInvitationQueries.CloseAsync(request.Connection, invitation.Id, "declined", cancellationToken);
        await request.LogInAsync(invitation.OrgId, AuditAction.InvitationDeclined, invitation.Id.ToString(), cancellationToken);
        return null;
    }

    // Locks in the order of all changes to an org's people: the org's row first, then others.
    private async Task<(ReceivedInvitation? Invitation, AccountAddress? Address, ErrorCode? Error)> FindAsync(InvitationKey key, CancellationToken cancellationToken)
    {
        await ReceivedInvitationQueries.LockAsync(request.Connection, key, request.Caller, cancellationToken);
        if (await ReceivedInvitationQueries.FindAsync(request.Connection, key, request.Caller, cancellationToken) is not { } invitation) return (null, null, ErrorCode.ResourceNotFound);
        if (invitation.Refusal is { } refusal) return (null, null, refusal);

        if (await ReceivedInvitationQueries.FindAddressAsync(request.Connection, request.Caller.UserId, cancellationToken) is not { } address) return (null, null, ErrorCode.AuthRequired);
        return address.NormalizedEmail == invitation.NormalizedEmail ? (invitation, address, null) : (null, null, ErrorCode.AddressDiffers);
    }
}

using Microsoft.AspNetCore.Http.HttpResults;
using Tenantry.Service.Accounts.Issuers;
using Tenantry.Service.Control;
using Tenantry.Service.Errors;
using Tenantry.Service.Invitations;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Accounts;

/// <summary>Deletes the caller's account, in the request's transaction. What the caller wrote, and the log, stay.</summary>
internal sealed class AccountDeletion(ControlRequest request)
{
    /// <summary>Null when it is done; else the answer that says why it is not.</summary>
    public async Task<ProblemHttpResult?> DeleteAsync(CancellationToken cancellationToken)
    {
        var userId = request.Caller.UserId;
        // Whatever changes an org's people locks the org: of two last admins who go at once, the second sees that the first has gone.
        var locked = await DeletionQueries.LockOrgsAsync(request.Connection, userId, cancellationToken);
        // A token of an outside issuer that is about to begin a session does so before, or makes no new account after.
        await ExternalLoginQueries.CloseAsync(request.Connection, userId, cancellationToken);
        // Then the user's row, which whoever makes the user a member of another org has to wait for.
        await DeletionQueries.LockUserAsync(request.Connection, userId, cancellationToken);
        var memberships = await DeletionQueries.ListMembershipsAsync(request.Connection, userId, cancellationToken);
        if (!memberships.Select(membership => membership.OrgId).SequenceEqual(locked)) return Problem.Of(ErrorCode.ResourceConflict);
        if (memberships.Where(membership => membership.NeedsCaller).Select(membership => membership.Slug).ToArray() is { Length: > 0 } orgs)
            return Problem.With(ErrorCode.LastAdmin, "orgs", orgs);

        foreach (var membership in memberships) await LeaveAsync(membership, cancellationToken);
        await request.LogAsync(AuditAction.UserDeleted, null, cancellationToken);
        await DeletionQueries.DeleteAsync(request.Connection, userId, cancellationToken);
        return null;
    }

    private async Task LeaveAsync(HeldMembership membership, CancellationToken cancellationToken)
    {
        var userId = request.Caller.UserId;
        await request.LogInAsync(membership.OrgId, AuditAction.MembershipDeleted, userId.ToString(), cancellationToken, ("role", membership.Role));
        // As for anybody who leaves.
        foreach (var id in await SentInvitationQueries.RevokeOfAsync(request.Connection, membership.OrgId, userId, null, cancellationToken))
            await request.LogInAsync(membership.OrgId, AuditAction.InvitationRevoked, id.ToString(), cancellationToken, ("reason", "inviter.removed"));
    }
}

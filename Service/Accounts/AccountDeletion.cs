using Microsoft.AspNetCore.Http.HttpResults;
using Tenantry.Service.Accounts.Issuers;
using Tenantry.Service.Control;
using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Accounts;

/// <summary>Deletes the caller's account, in the request's transaction. What the caller wrote, and the log, stay.</summary>
internal sealed class AccountDeletion(ControlRequest request, RequestOrigin origin)
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

        foreach (var membership in memberships)
            await LogAsync(new AuditEntry(AuditAction.MembershipDeleted, userId, membership.OrgId, userId.ToString()), cancellationToken);
        await LogAsync(new AuditEntry(AuditAction.UserDeleted, userId), cancellationToken);
        await DeletionQueries.DeleteAsync(request.Connection, userId, cancellationToken);
        return null;
    }

    private Task LogAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        AuditLog.AppendAsync(request.Transaction!, entry with { Origin = origin.Address }, cancellationToken);
}

using Microsoft.AspNetCore.Http.HttpResults;
using Tenantry.Service.Control;
using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Service.Http;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Invitations;

/// <summary>Invitations, for those who are invited.</summary>
internal static class ReceivedInvitationEndpoints
{
    public static void MapReceivedInvitations(this IEndpointRouteBuilder api)
    {
        var invitations = api.MapGroup("/invitations").WithTags("Invitations");
        invitations.MapGet("/{token}", Preview).RequireRateLimiting(InvitationServices.TokenLimit)
            .WithSummary("Reads an invitation by its mailed token, logged in or not; by its id, for the account that it is to");

        var mine = invitations.MapGroup("").OnControlPlane();
        mine.MapGet("/", List).WithSummary("Lists the pending invitations to the caller's confirmed address");
        mine.MapPost("/{token}/accept", Accept).RequireRateLimiting(InvitationServices.TokenLimit)
            .WithSummary("Accepts an invitation by its mailed token, which confirms the address, or by its id")
            .Logs(AuditAction.InvitationAccepted, AuditAction.MembershipCreated, AuditAction.UserEmailConfirmed);
        mine.MapPost("/{token}/decline", Decline).RequireRateLimiting(InvitationServices.TokenLimit)
            .WithSummary("Declines an invitation by its mailed token or its id").Logs(AuditAction.InvitationDeclined);
    }

    private static async Task<Results<Ok<InvitationPreview>, ProblemHttpResult>> Preview(
        InvitationKey token, HttpContext http, ControlDatabase database, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-store";
        await using var control = await database.OpenAsync(cancellationToken);
        if (await ReceivedInvitationQueries.FindAsync(control, token, Caller.Find(http.User), cancellationToken) is not { } invitation) return Problem.Of(ErrorCode.ResourceNotFound);
        return invitation.Refusal is { } refusal ? Problem.Of(refusal) : TypedResults.Ok(invitation.Preview());
    }

    private static async Task<Ok<Page<InvitationPreview>>> List([AsParameters] PageQuery page, ControlRequest request, CancellationToken cancellationToken) =>
        TypedResults.Ok(await ReceivedInvitationQueries.ListAsync(request.Connection, request.Caller.UserId, page, cancellationToken));

    private static async Task<Results<Ok<Orgs.Org>, ProblemHttpResult>> Accept(InvitationKey token, ReceivedInvitations invitations, CancellationToken cancellationToken) =>
        await invitations.AcceptAsync(token, cancellationToken) is var (org, error) && org is not null ? TypedResults.Ok(org) : Problem.Of(error!);

    private static async Task<Results<NoContent, ProblemHttpResult>> Decline(InvitationKey token, ReceivedInvitations invitations, CancellationToken cancellationToken) =>
        await invitations.DeclineAsync(token, cancellationToken) is { } error ? Problem.Of(error) : TypedResults.NoContent();
}

using Microsoft.AspNetCore.Http.HttpResults;
using Tenantry.Service.Control;
using Tenantry.Service.Errors;
using Tenantry.Service.Http;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Invitations;

/// <summary>An org's invitations, for its members.</summary>
internal static class SentInvitationEndpoints
{
    public static void MapSentInvitations(this IEndpointRouteBuilder api)
    {
        var invitations = api.MapOrg().MapGroup("/invitations").WithTags("Invitations");
        invitations.MapGet("/", List).WithSummary("Lists an org's pending invitations, oldest first");
        invitations.MapPost("/", Invite).WithSummary("Invites an address by mail; only an admin invites an admin")
            .AddEndpointFilter<SendLimitFilter>().Logs(AuditAction.InvitationCreated);
        invitations.MapPost("/{id:guid}/resend", Resend).WithSummary("Sends an invitation again, with a new token; the former one is void")
            .AddEndpointFilter<SendLimitFilter>().Logs(AuditAction.InvitationResent);
        invitations.MapDelete("/{id:guid}", Revoke).WithSummary("Takes an invitation back; an admin any, anybody one's own").Logs(AuditAction.InvitationRevoked);
    }

    private static async Task<Ok<Page<Invitation>>> List([AsParameters] PageQuery page, ControlRequest request, CancellationToken cancellationToken) =>
        TypedResults.Ok(await SentInvitationQueries.ListAsync(request.Connection, request.Org.Id, page, cancellationToken));

    private static async Task<Results<Created<Invitation>, ProblemHttpResult>> Invite(
        NewInvitation invitation, ControlRequest request, SentInvitations invitations, CancellationToken cancellationToken) =>
        await invitations.InviteAsync(invitation, cancellationToken) is var (sent, error) && sent is not null
            ? TypedResults.Created($"/api/orgs/{request.Org.Slug}/invitations/{sent.Id}", sent)
            : Problem.Of(error!);

    private static async Task<Results<Ok<Invitation>, ProblemHttpResult>> Resend(Guid id, SentInvitations invitations, CancellationToken cancellationToken) =>
        await invitations.ResendAsync(id, cancellationToken) is var (sent, error) && sent is not null ? TypedResults.Ok(sent) : Problem.Of(error!);

    private static async Task<Results<NoContent, ProblemHttpResult>> Revoke(Guid id, SentInvitations invitations, CancellationToken cancellationToken) =>
        await invitations.RevokeAsync(id, cancellationToken) is { } error ? Problem.Of(error) : TypedResults.NoContent();
}

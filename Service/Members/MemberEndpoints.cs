using Microsoft.AspNetCore.Http.HttpResults;
using Tenantry.Service.Control;
using Tenantry.Service.Errors;
using Tenantry.Service.Http;
using Tenantry.Service.Tenants;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Members;

internal static class MemberEndpoints
{
    public static IServiceCollection AddMembers(this IServiceCollection services) => services.AddScoped<MemberChanges>();

    public static void MapMembers(this IEndpointRouteBuilder api)
    {
        var members = api.MapOrg().MapGroup("/members").WithTags("Members");
        members.MapGet("/", List).WithSummary("Lists the people of an org");
        members.MapGet("/{userId:guid}", Get).WithSummary("Reads a membership");
        members.MapPatch("/{userId:guid}", Update).WithSummary("Gives a member another role").RequireAdmin()
            .Logs(AuditAction.MembershipUpdated, AuditAction.InvitationRevoked);
        members.MapDelete("/{userId:guid}", Delete).WithSummary("Removes a member; an admin anybody, anybody oneself")
            .Logs(AuditAction.MembershipDeleted, AuditAction.InvitationRevoked);
    }

    private static async Task<Ok<Page<Member>>> List([AsParameters] PageQuery page, ControlRequest request, CancellationToken cancellationToken) =>
        TypedResults.Ok(await MemberQueries.ListAsync(request.Connection, request.Org.Id, page, cancellationToken));

    private static async Task<Results<Ok<Member>, ProblemHttpResult>> Get(Guid userId, ControlRequest request, CancellationToken cancellationToken) =>
        await MemberQueries.FindAsync(request.Connection, request.Org.Id, userId, cancellationToken) is { } member
            ? TypedResults.Ok(member)
            : Problem.Of(ErrorCode.ResourceNotFound);

    private static async Task<Results<Ok<Member>, ProblemHttpResult>> Update(
        Guid userId, MemberPatch patch, IfMatch match, MemberChanges changes, CancellationToken cancellationToken) =>
        await changes.UpdateAsync(userId, patch.Role, match, cancellationToken) is var (member, error) && member is not null
            ? TypedResults.Ok(member)
            : Problem.Of(error!);

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(Guid userId, IfMatch match, MemberChanges changes, CancellationToken cancellationToken) =>
        await changes.DeleteAsync(userId, match, cancellationToken) is { } error ? Problem.Of(error) : TypedResults.NoContent();
}

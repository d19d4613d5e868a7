using Microsoft.AspNetCore.Http.HttpResults;
using Tenantry.Service.Control;
using Tenantry.Service.Errors;
using Tenantry.Service.Http;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Accounts;

internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder me)
    {
        me.MapGet("/sessions", List).WithSummary("Lists where the caller is logged in");
        me.MapDelete("/sessions/{id:guid}", End).WithSummary("Ends one of the caller's sessions, and its tokens with it, at once").Logs(AuditAction.SessionEnded);
    }

    private static async Task<Ok<Page<MySession>>> List(ControlRequest request, CancellationToken cancellationToken)
    {
        var (userId, sessionId) = request.Caller;
        return TypedResults.Ok(new Page<MySession>(await SessionQueries.ListAsync(request.Connection, userId, sessionId, cancellationToken), null));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> End(Guid id, ControlRequest request, Sessions sessions, CancellationToken cancellationToken) =>
        await sessions.EndOneAsync(request.Transaction!, new SessionOwner(id, request.Caller.UserId), cancellationToken)
            ? TypedResults.NoContent()
            : Problem.Of(ErrorCode.ResourceNotFound);
}

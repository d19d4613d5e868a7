using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Tenantry.Service.Control;
using Tenantry.Service.Errors;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Tenants;

/// <summary>Which org a session is in, for clients that do not want to say so in each request; read where the selector Session is on.</summary>
internal static class SessionOrgEndpoints
{
    public static void MapSessionOrg(this IEndpointRouteBuilder api)
    {
        var session = api.MapGroup("/session/org").WithTags("Orgs").OnControlPlane();
        session.MapPut("", Choose).WithSummary("Keeps an org of the caller's in the session").Logs(AuditAction.SessionOrgChosen);
        session.MapDelete("", Leave).WithSummary("Keeps no org in the session any more").Logs(AuditAction.SessionOrgChosen);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Choose(
        SessionOrg chosen, HttpContext http, ControlRequest request, SessionOrgCookie cookie, CancellationToken cancellationToken)
    {
        var session = request.Caller.SessionId;
        if (!Slug.TryParse(chosen.Org, out var slug)) return Problem.Of(ErrorCode.OrgNotFound);
        var entry = await EntryQueries.FindAsync(request.Connection, session, new TenantScope(session, slug), cancellationToken);
        if (entry is not { OrgId: { } org, State: not "deleting" }) return Problem.Of(ErrorCode.OrgNotFound);

        await request.LogAsync(AuditAction.SessionOrgChosen, session.ToString(), cancellationToken, ("org", org.ToString()));
        cookie.Set(http, session, org);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Leave(HttpContext http, ControlRequest request, CancellationToken cancellationToken)
    {
        await request.LogAsync(AuditAction.SessionOrgChosen, request.Caller.SessionId.ToString(), cancellationToken);
        SessionOrgCookie.Clear(http);
        return TypedResults.NoContent();
    }
}

public sealed record SessionOrg([Required] string Org);

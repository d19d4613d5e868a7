using Microsoft.AspNetCore.Http.HttpResults;
using Tenantry.Service.Control;
using Tenantry.Service.Http;
using Tenantry.Service.Tenants;

namespace Tenantry.Service.Log;

internal static class LogEndpoints
{
    public static void MapLog(this IEndpointRouteBuilder api) => api.MapOrg().MapGroup("/log").WithTags("Log").RequireAdmin()
        .MapGet("/", List).WithSummary("Lists what was done in and to an org, newest first");

    private static async Task<Results<Ok<Page<LogEntry>>, ProblemHttpResult>> List(
        [AsParameters] PageQuery page, [AsParameters] LogFilter filter, ControlRequest request, CancellationToken cancellationToken) =>
        filter.Fault is { } fault
            ? fault
            : TypedResults.Ok(await LogQueries.ListAsync(request.Connection, request.Caller.SessionId, request.Org.Id, page, filter, cancellationToken));
}

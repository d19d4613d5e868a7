using Microsoft.AspNetCore.Http.HttpResults;
using Tenantry.Service.Control;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Accounts;

internal static class MeEndpoints
{
    public static void MapMe(this IEndpointRouteBuilder api)
    {
        var me = api.MapGroup("/me").WithTags("Accounts").OnControlPlane();
        me.MapGet("/", Get).WithSummary("Reads the caller's profile and orgs");
        me.MapPatch("/", Update).WithSummary("Changes what is given of the caller's profile").Logs(AuditAction.UserUpdated);
    }

    private static async Task<Ok<Me>> Get(ControlRequest request, CancellationToken cancellationToken) =>
        TypedResults.Ok(await DescribeAsync(request, cancellationToken));

    private static async Task<Ok<Me>> Update(MePatch patch, ControlRequest request, CancellationToken cancellationToken)
    {
        if (patch.Name is not null) await UserQueries.UpdateNameAsync(request.Connection, request.Caller.UserId, patch.Name.Trim(), cancellationToken);
        await request.LogAsync(AuditAction.UserUpdated, null, cancellationToken);
        return TypedResults.Ok(await DescribeAsync(request, cancellationToken));
    }

    private static async Task<Me> DescribeAsync(ControlRequest request, CancellationToken cancellationToken)
    {
        var user = await UserQueries.GetByIdAsync(request.Connection, request.Caller.UserId, cancellationToken);
        return new Me(user.Id, user.Email, user.Name, user.EmailConfirmed, user.CreatedAt, await UserQueries.ListOrgsAsync(request.Connection, user.Id, cancellationToken));
    }
}

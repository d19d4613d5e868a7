using Microsoft.AspNetCore.Http.HttpResults;
using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Accounts;

internal static class MeEndpoints
{
    public static void MapMe(this IEndpointRouteBuilder api)
    {
        var me = api.MapGroup("/me").WithTags("Accounts").RequireAuthorization();
        me.AddEndpointFilter<LiveSessionFilter>();
        me.MapGet("/", Get).WithSummary("Reads the caller's profile and orgs");
        me.MapPatch("/", Update).WithSummary("Changes what is given of the caller's profile");
    }

    private static async Task<Results<Ok<Me>, ProblemHttpResult>> Get(HttpContext http, ControlDatabase database, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        var user = await UserQueries.FindByIdAsync(control, Caller.From(http.User).UserId, cancellationToken);
        if (user is null) return Problem.Of(ErrorCode.AuthRequired);
        return TypedResults.Ok(Describe(user, await UserQueries.ListOrgsAsync(control, user.Id, cancellationToken)));
    }

    private static async Task<Results<Ok<Me>, ProblemHttpResult>> Update(
        MePatch patch, HttpContext http, ControlDatabase database, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        await using var transaction = await control.BeginTransactionAsync(cancellationToken);
        var user = await UserQueries.FindByIdAsync(control, Caller.From(http.User).UserId, cancellationToken);
        if (user is null) return Problem.Of(ErrorCode.AuthRequired);

        user.Name = patch.Name?.Trim() ?? user.Name;
        await UserQueries.UpdateNameAsync(control, user, cancellationToken);
        await AuditLog.AppendAsync(transaction, new AuditEntry(AuditAction.UserUpdated, user.Id), cancellationToken);
        var orgs = await UserQueries.ListOrgsAsync(control, user.Id, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return TypedResults.Ok(Describe(user, orgs));
    }

    private static Me Describe(AppUser user, IReadOnlyList<MyOrg> orgs) => new(user.Id, user.Email, user.Name, user.EmailConfirmed, user.CreatedAt, orgs);
}

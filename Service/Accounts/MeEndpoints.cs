using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Tenantry.Service.Accounts.Proofs;
using Tenantry.Service.Accounts.Tokens;
using Tenantry.Service.Accounts.TwoFactor;
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
        me.MapSessions();

        // The proof comes first and outside the transaction. Each of these hashes a password, and none may be guessed at.
        var proven = api.MapGroup("/me").WithTags("Accounts").RequireRateLimiting(AccountServices.RateLimit).AddEndpointFilter<ProofFilter>().OnControlPlaneWithSecrets();
        proven.MapPost("/email", ChangeEmail).WithSummary("Mails a token to another address; using it makes the address the caller's").Logs();
        proven.MapPost("/password", ChangePassword).WithSummary("Sets a new password; the caller's other sessions end")
            .Logs(AuditAction.UserPasswordChanged, AuditAction.SessionEnded);
        proven.MapDelete("/", Delete).WithSummary("Deletes the account; the caller leaves every org, and must not be the last admin of one")
            .Logs(AuditAction.UserDeleted, AuditAction.MembershipDeleted, AuditAction.InvitationRevoked);
        proven.MapTwoFactor();
    }

    private static async Task<Ok<Me>> Get(ControlRequest request, CancellationToken cancellationToken) =>
        TypedResults.Ok(await DescribeAsync(request, cancellationToken));

    private static async Task<Ok<Me>> Update(MePatch patch, ControlRequest request, CancellationToken cancellationToken)
    {
        if (patch.Name is not null) await UserQueries.UpdateNameAsync(request.Connection, request.Caller.UserId, patch.Name.Trim(), cancellationToken);
        await request.LogAsync(AuditAction.UserUpdated, null, cancellationToken);
        return TypedResults.Ok(await DescribeAsync(request, cancellationToken));
    }

    private static async Task<Accepted> ChangeEmail(EmailChange change, ControlRequest request, TokenMail mail, CancellationToken cancellationToken)
    {
        await mail.SendChangeAsync(request.Transaction!, request.Caller.UserId, change.Email.Trim(), cancellationToken);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<NoContent> ChangePassword(
        PasswordChange change, ControlRequest request, NewPassword passwords, IPasswordHasher<AppUser> hasher, CancellationToken cancellationToken)
    {
        var user = await UserQueries.GetByIdAsync(request.Connection, request.Caller.UserId, cancellationToken);
        await passwords.SetAsync(request.Transaction!, user, hasher.HashPassword(user, change.NewPassword), request.Caller.SessionId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        [FromBody] AccountDeletionRequest _, HttpContext http, AccountDeletion deletion, CancellationToken cancellationToken)
    {
        if (await deletion.DeleteAsync(cancellationToken) is { } refusal) return refusal;
        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return TypedResults.NoContent();
    }

    private static async Task<Me> DescribeAsync(ControlRequest request, CancellationToken cancellationToken)
    {
        var user = await UserQueries.GetByIdAsync(request.Connection, request.Caller.UserId, cancellationToken);
        return new Me(user.Id, user.Email, user.Name, user.EmailConfirmed, user.CreatedAt, await UserQueries.ListOrgsAsync(request.Connection, user.Id, cancellationToken));
    }
}

using Microsoft.AspNetCore.Http.HttpResults;
using Tenantry.Service.Control;
using Tenantry.Service.Errors;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Accounts.Tokens;

internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder auth)
    {
        auth.MapPost("/confirm-email", Confirm).WithSummary("Confirms an address, or makes the new one the caller's, by a mailed token")
            .Logs(AuditAction.UserEmailConfirmed, AuditAction.UserEmailChanged);
        auth.MapPost("/resend-confirmation", Resend).WithSummary("Mails another token to an address that is not confirmed; the answer is the same for any").Logs();
        auth.MapPost("/forgot-password", Forgot).WithSummary("Mails a token to set a new password with; the answer is the same for any address").Logs();
        auth.MapPost("/reset-password", Reset).WithSummary("Sets a new password by a mailed token; every session ends")
            .Logs(AuditAction.UserPasswordChanged, AuditAction.UserEmailConfirmed, AuditAction.SessionEnded);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Confirm(ConfirmEmailRequest request, EmailConfirmation confirmation, CancellationToken cancellationToken) =>
        await confirmation.ConfirmAsync(request, cancellationToken) ? TypedResults.NoContent() : Problem.Of(ErrorCode.TokenInvalid);

    private static async Task<Accepted> Resend(AddressRequest request, TokenMail mail, CancellationToken cancellationToken)
    {
        await mail.SendConfirmationAsync(request.Email.Trim(), cancellationToken);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Accepted> Forgot(AddressRequest request, TokenMail mail, CancellationToken cancellationToken)
    {
        await mail.SendResetAsync(request.Email.Trim(), cancellationToken);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Reset(ResetPasswordRequest request, NewPassword passwords, CancellationToken cancellationToken) =>
        await passwords.ResetAsync(request, cancellationToken) ? TypedResults.NoContent() : Problem.Of(ErrorCode.TokenInvalid);
}

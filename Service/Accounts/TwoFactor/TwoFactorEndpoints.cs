using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Tenantry.Service.Control;
using Tenantry.Service.Errors;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Accounts.TwoFactor;

internal static class TwoFactorEndpoints
{
    /// <summary>In a group that checks proofs and keeps no answers.</summary>
    public static void MapTwoFactor(this IEndpointRouteBuilder me)
    {
        me.MapGet("/two-factor", Get).WithSummary("Says whether a login needs a second factor, and how many recovery codes are left");
        me.MapPost("/two-factor", Offer).WithSummary("Makes a key for an authenticator app; a login needs no code yet").Logs();
        me.MapPut("/two-factor", Enable).WithSummary("Shows a first code: a login needs one from now on. Answers the recovery codes, once").Logs(AuditAction.UserTwoFactorEnabled);
        me.MapPost("/two-factor/recovery-codes", Replace).WithSummary("Answers new recovery codes, once; the former ones are void").Logs(AuditAction.UserRecoveryCodesReplaced);
        me.MapDelete("/two-factor", Disable).WithSummary("Lets a login do without a second factor").Logs(AuditAction.UserTwoFactorDisabled);
    }

    private static async Task<Ok<TwoFactorState>> Get(ControlRequest request, CancellationToken cancellationToken)
    {
        var user = await UserQueries.GetByIdAsync(request.Connection, request.Caller.UserId, cancellationToken);
        return TypedResults.Ok(new TwoFactorState(user.TwoFactorEnabled, user.TwoFactorEnabled ? RecoveryCodes.CountKept(user.RecoveryCodes) : 0));
    }

    private static async Task<Results<Ok<AuthenticatorOffer>, ProblemHttpResult>> Offer(
        TwoFactorRequest _, ControlRequest request, IOptions<AccountOptions> options, CancellationToken cancellationToken)
    {
        var key = AuthenticatorKey.New();
        if (!await TwoFactorQueries.OfferAsync(request.Connection, request.Caller.UserId, key, cancellationToken)) return Problem.Of(ErrorCode.TwoFactorEnabled);
        var user = await UserQueries.GetByIdAsync(request.Connection, request.Caller.UserId, cancellationToken);
        return TypedResults.Ok(new AuthenticatorOffer(key, AuthenticatorKey.Uri(key, options.Value.AuthenticatorName, user.Email)));
    }

    private static async Task<Results<Ok<NewRecoveryCodes>, ProblemHttpResult>> Enable(
        TwoFactorConfirmation confirmation, ControlRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        var user = await UserQueries.GetByIdAsync(request.Connection, request.Caller.UserId, cancellationToken);
        if (user.TwoFactorEnabled) return Problem.Of(ErrorCode.TwoFactorEnabled);
        if (user.AuthenticatorKey is not { } key || Totp.FindStep(key, confirmation.Code.Replace(" ", "", StringComparison.Ordinal), time.GetUtcNow()) is not { } step)
            return Problem.Invalid("code", "This is not the authenticator's present code.");

        var codes = RecoveryCodes.New();
        if (!await TwoFactorQueries.EnableAsync(request.Connection, user.Id, key, step, RecoveryCodes.Keep(user.Id, codes), cancellationToken)) return Problem.Of(ErrorCode.ResourceConflict);
        await request.LogAsync(AuditAction.UserTwoFactorEnabled, null, cancellationToken);
        return TypedResults.Ok(new NewRecoveryCodes(codes));
    }

    private static async Task<Results<Ok<NewRecoveryCodes>, ProblemHttpResult>> Replace(RecoveryCodesRequest _, ControlRequest request, CancellationToken cancellationToken)
    {
        var codes = RecoveryCodes.New();
        var kept = RecoveryCodes.Keep(request.Caller.UserId, codes);
        if (!await TwoFactorQueries.ReplaceCodesAsync(request.Connection, request.Caller.UserId, kept, cancellationToken)) return Problem.Of(ErrorCode.TwoFactorDisabled);
        await request.LogAsync(AuditAction.UserRecoveryCodesReplaced, null, cancellationToken);
        return TypedResults.Ok(new NewRecoveryCodes(codes));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Disable([FromBody] TwoFactorRemoval _, ControlRequest request, CancellationToken cancellationToken)
    {
        if (!await TwoFactorQueries.DisableAsync(request.Connection, request.Caller.UserId, cancellationToken)) return Problem.Of(ErrorCode.TwoFactorDisabled);
        await request.LogAsync(AuditAction.UserTwoFactorDisabled, null, cancellationToken);
        return TypedResults.NoContent();
    }
}

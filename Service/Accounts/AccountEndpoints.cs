using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Tenantry.Service.Accounts.Tokens;
using Tenantry.Service.Control;
using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Accounts;

internal static class AccountEndpoints
{
    public static void MapAccounts(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Accounts").RequireRateLimiting(AccountServices.RateLimit);
        auth.MapPost("/register", Register).WithSummary("Makes an account; the answer is the same when the address has one").Logs(AuditAction.UserRegistered);
        auth.MapPost("/login", LogIn).WithSummary("Starts a session; with useCookies=true it is kept in a cookie").Logs(AuditAction.SessionStarted);
        auth.MapPost("/refresh", Refresh).WithSummary("Trades a refresh token, once, for the next pair").Logs(AuditAction.SessionEnded);
        // On the control plane: an ended session's token must not end the ones that live.
        auth.MapGroup("").OnControlPlaneWithSecrets()
            .MapPost("/logout", LogOut).WithSummary("Ends this session, or with all=true each of the caller's").Logs(AuditAction.SessionEnded);
        auth.MapTokens();
        api.MapMe();
    }

    private static async Task<Accepted> Register(RegisterRequest request, Registration registration, CancellationToken cancellationToken)
    {
        await registration.RegisterAsync(request, cancellationToken);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<Ok<TokenPair>, Ok, ProblemHttpResult>> LogIn(
        LoginRequest request, bool? useCookies, HttpContext http, Login login, Sessions sessions, AccessTokens tokens, CancellationToken cancellationToken)
    {
        var (user, error) = await login.CheckAsync(request, cancellationToken);
        if (user is null) return Problem.Of(error ?? ErrorCode.InvalidCredentials);

        var (session, refreshToken) = await sessions.StartAsync(user.Id, cancellationToken);
        if (useCookies != true) return TypedResults.Ok(tokens.Pair(session, refreshToken));

        const string scheme = CookieAuthenticationDefaults.AuthenticationScheme;
        await http.SignInAsync(scheme, new ClaimsPrincipal(Caller.Identity(session.UserId, session.SessionId, scheme)));
        return TypedResults.Ok();
    }

    private static async Task<Results<Ok<TokenPair>, ProblemHttpResult>> Refresh(
        RefreshRequest request, Sessions sessions, AccessTokens tokens, CancellationToken cancellationToken) =>
        await sessions.RefreshAsync(request.RefreshToken, cancellationToken) is var (session, refreshToken)
            ? TypedResults.Ok(tokens.Pair(session, refreshToken))
            : Problem.Of(ErrorCode.InvalidCredentials);

    private static async Task<NoContent> LogOut(bool? all, HttpContext http, ControlRequest request, Sessions sessions, CancellationToken cancellationToken)
    {
        var (userId, sessionId) = request.Caller;
        if (all == true) await sessions.EndAllAsync(request.Transaction!, userId, null, cancellationToken);
        else await sessions.EndOneAsync(request.Transaction!, new SessionOwner(sessionId, userId), cancellationToken);
        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return TypedResults.NoContent();
    }
}

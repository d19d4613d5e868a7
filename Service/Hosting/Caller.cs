using System.Security.Claims;

namespace Tenantry.Service.Hosting;

/// <summary>Who sent the request: the two ids that a token or cookie carries. Whether the session still lives, the database says.</summary>
internal sealed record Caller(Guid UserId, Guid SessionId)
{
    public const string SessionClaim = "sid";

    public static Caller From(ClaimsPrincipal principal) => Find(principal) ?? throw new InvalidOperationException("The endpoint requires a caller and was reached without one.");

    public static Caller? Find(ClaimsPrincipal principal) =>
        Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var user)
        && Guid.TryParse(principal.FindFirstValue(SessionClaim), out var session)
            ? new Caller(user, session)
            : null;

    public static ClaimsIdentity Identity(Guid userId, Guid sessionId, string scheme) =>
        new([new(ClaimTypes.NameIdentifier, userId.ToString()), new(SessionClaim, sessionId.ToString())], scheme);
}

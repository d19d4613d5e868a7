namespace Tenantry.Service.Errors;

/// <summary>Every error that the API answers with. A code, once published, keeps its meaning and its status.</summary>
internal sealed record ErrorCode(int Status, string Code, string Title)
{
    public static readonly ErrorCode RequestInvalid = new(400, "request.invalid", "The request is not valid.");
    public static readonly ErrorCode OrgRequired = new(400, "org.required", "The request names no org.");
    public static readonly ErrorCode OrgAmbiguous = new(400, "org.ambiguous", "The request names two different orgs.");
    public static readonly ErrorCode TokenInvalid = new(400, "token.invalid", "The token is not valid: unknown, used, or expired.");
    public static readonly ErrorCode AuthRequired = new(401, "auth.required", "Log in first.");
    public static readonly ErrorCode InvalidCredentials = new(401, "auth.invalid_credentials", "The credentials are not valid.");
    public static readonly ErrorCode TwoFactorRequired = new(401, "auth.two_factor_required", "The login needs a code of the second factor too.");
    public static readonly ErrorCode AddressTaken = new(401, "auth.address_taken", "An account with this address exists already, and is not the issuer's to log in to.");
    public static readonly ErrorCode AddressUnverified = new(401, "auth.address_unverified", "The issuer does not vouch for an address to make an account with.");
    public static readonly ErrorCode LockedOut = new(401, "auth.locked_out", "Too many failed logins; try again later.");
    public static readonly ErrorCode AdminRequired = new(403, "org.admin_required", "Only an admin of the org may do this.");
    public static readonly ErrorCode OrgSuspended = new(403, "org.suspended", "The org is suspended.");
    public static readonly ErrorCode AddressDiffers = new(403, "invitation.address_differs", "The invitation is to another address.");
    public static readonly ErrorCode OrgNotFound = new(404, "org.not_found", "There is no such org.");
    public static readonly ErrorCode ResourceNotFound = new(404, "resource.not_found", "There is no such resource.");
    public static readonly ErrorCode MethodNotAllowed = new(405, "request.method_not_allowed", "The resource does not allow this method.");
    public static readonly ErrorCode SlugTaken = new(409, "slug.taken", "This slug is taken.");
    public static readonly ErrorCode LastAdmin = new(409, "membership.last_admin", "An org keeps an admin: make somebody else one first.");
    public static readonly ErrorCode MembershipExists = new(409, "membership.exists", "This is a member of the org already.");
    public static readonly ErrorCode InvitationPending = new(409, "invitation.pending", "There is an invitation to this address already.");
    public static readonly ErrorCode TwoFactorEnabled = new(409, "two_factor.enabled", "The second factor is enabled already.");
    public static readonly ErrorCode TwoFactorDisabled = new(409, "two_factor.disabled", "The second factor is not enabled.");
    public static readonly ErrorCode ResourceConflict = new(409, "resource.conflict", "The request conflicts with another one; try it again.");
    public static readonly ErrorCode InvitationExpired = new(410, "invitation.expired", "The invitation has expired.");
    public static readonly ErrorCode InvitationRevoked = new(410, "invitation.revoked", "The invitation was taken back.");
    public static readonly ErrorCode InvitationUsed = new(410, "invitation.used", "The invitation was used already.");
    public static readonly ErrorCode ResourceChanged = new(412, "resource.changed", "The resource has changed since it was read.");
    public static readonly ErrorCode RequestTooLarge = new(413, "request.too_large", "The request is too large.");
    public static readonly ErrorCode UnsupportedMediaType = new(415, "request.unsupported_media_type", "The body must be application/json.");
    public static readonly ErrorCode IdempotencyMismatch = new(422, "idempotency.mismatch", "The Idempotency-Key was used with another request.");
    public static readonly ErrorCode RateLimited = new(429, "rate.limited", "Too many requests; try again later.");
    public static readonly ErrorCode ServerError = new(500, "server.error", "Something went wrong on our side.");
    public static readonly ErrorCode OrgOverloaded = new(503, "org.overloaded", "The org's data took too long to answer; ask for less, or try again later.");
    public static readonly ErrorCode OrgUnavailable = new(503, "org.unavailable", "The org is not available right now.");
    public static readonly ErrorCode ServiceStopping = new(503, "service.stopping", "The service is stopping; come again.");
    public static readonly ErrorCode DatabaseUnavailable = new(503, "database.unavailable", "The database is not available right now.");
}

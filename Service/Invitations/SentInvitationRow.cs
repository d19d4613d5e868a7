using Tenantry.Service.Errors;

namespace Tenantry.Service.Invitations;

/// <summary>An invitation of an org in any state, for whoever takes it back or sends it again.</summary>
internal sealed record SentInvitationRow(Guid Id, string Email, string NormalizedEmail, string Role, string State, Guid? InviterId, string? InviterRole)
{
    /// <summary>Why it cannot be taken back or sent again; an expired one can, as long as no newer one has its place.</summary>
    public ErrorCode? Refusal => State switch
    {
        "accepted" or "declined" => ErrorCode.InvitationUsed,
        "revoked" => ErrorCode.InvitationRevoked,
        "expired" => ErrorCode.InvitationExpired,
        _ => InviterRole is null || (Role == "admin" && InviterRole != "admin") ? ErrorCode.InvitationRevoked : null,
    };
}

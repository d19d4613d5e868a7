using Tenantry.Service.Errors;

namespace Tenantry.Service.Invitations;

/// <summary>An invitation in any state, for whoever may know of it.</summary>
internal sealed record ReceivedInvitation
{
    public required Guid Id { get; init; }
    public required Guid OrgId { get; init; }
    public required string Org { get; init; }
    public required string Slug { get; init; }
    public required string OrgState { get; init; }
    public required string? Inviter { get; init; }
    public required string Email { get; init; }
    public required string NormalizedEmail { get; init; }
    public required string Role { get; init; }
    public required string State { get; init; }
    public required bool IsExpired { get; init; }
    public required bool IsGood { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Why it cannot be answered any more.</summary>
    public ErrorCode? Refusal => this switch
    {
        { OrgState: "deleting" } => ErrorCode.ResourceNotFound,
        { OrgState: "suspended" } => ErrorCode.OrgSuspended,
        { OrgState: not "active" } => ErrorCode.OrgUnavailable,
        { State: "accepted" or "declined" } => ErrorCode.InvitationUsed,
        { State: "revoked" } => ErrorCode.InvitationRevoked,
        { IsExpired: true } => ErrorCode.InvitationExpired,
        // Pending and in time: it is its inviter who is no member any more, or no admin.
        _ => IsGood ? null : ErrorCode.InvitationRevoked,
    };

    public InvitationPreview Preview() => new() { Id = Id, Org = Org, Inviter = Inviter ?? "", Role = Role, Email = Email, ExpiresAt = ExpiresAt };
}

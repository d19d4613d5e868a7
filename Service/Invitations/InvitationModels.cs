using System.ComponentModel.DataAnnotations;
using Tenantry.Service.Accounts;

namespace Tenantry.Service.Invitations;

/// <summary>An invitation as the people of its org see it. They never see its token: it proves who reads the mail.</summary>
internal sealed record Invitation
{
    public required Guid Id { get; init; }
    public required string Email { get; init; }
    public required string Role { get; init; }
    public required Guid InviterId { get; init; }
    public required string Inviter { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>An invitation as the one who is invited sees it.</summary>
internal sealed record InvitationPreview
{
    public required Guid Id { get; init; }
    public required string Org { get; init; }
    public required string Inviter { get; init; }
    public required string Role { get; init; }
    public required string Email { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
}

public sealed record NewInvitation(
    [Required, StringLength(254), RegularExpression(AccountRules.Email, ErrorMessage = AccountRules.NotAnEmail)] string Email,
    [AllowedValues("admin", "member", null, ErrorMessage = "A role is admin or member.")] string? Role);

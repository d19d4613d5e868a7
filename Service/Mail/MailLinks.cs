namespace Tenantry.Service.Mail;

/// <summary>
/// Section <c>Mail:Links</c>: patterns with <c>{app}</c> and <c>{token}</c>. Where a front end has no page yet, mail says which request
/// to send with the token.
/// </summary>
internal sealed class MailLinks
{
    public const string InvitationPreview = "{app}/api/invitations/{token}";

    /// <summary>Default: the API's preview.</summary>
    public string Invitation { get; set; } = InvitationPreview;

    public string? ConfirmEmail { get; set; }

    public string? ConfirmNewEmail { get; set; }

    public string? ResetPassword { get; set; }

    public IEnumerable<(string Key, string? Pattern)> All =>
        [(nameof(Invitation), Invitation), (nameof(ConfirmEmail), ConfirmEmail), (nameof(ConfirmNewEmail), ConfirmNewEmail), (nameof(ResetPassword), ResetPassword)];
}

namespace Tenantry.Service.Mail;

/// <summary>What the reader of a mail with a token may do: follow a link, or, where no page is configured for it, send a request.</summary>
internal sealed record MailAction(string Label, string? Link, string? Request, string? Body)
{
    public static MailAction? Find(MailTemplate template, string? token, MailOptions options)
    {
        if (token is null) return null;
        var links = options.Links;
        return template switch
        {
            MailTemplate.Invitation => new("See the invitation", Url(links.Invitation),
                links.Invitation == MailLinks.InvitationPreview ? Url("{app}/api/invitations/{token}/accept") : null, null),
            MailTemplate.ConfirmEmail => Make("Confirm this address", links.ConfirmEmail, "confirm-email", """{"token": "…"}"""),
            MailTemplate.ConfirmNewEmail => Make("Confirm this address", links.ConfirmNewEmail, "confirm-email", """{"token": "…"}"""),
            MailTemplate.ResetPassword => Make("Choose a new password", links.ResetPassword, "reset-password", """{"token": "…", "password": "…"}"""),
            _ => throw new ArgumentOutOfRangeException(nameof(template), template, "Its token has no use."),
        };

        string Url(string pattern) => Fill(pattern, options.AppUrl, token);
        MailAction Make(string label, string? link, string route, string body) =>
            link is null ? new(label, null, Url("{app}/api/auth/" + route), body) : new(label, Url(link), null, null);
    }

    public static string Fill(string pattern, string appUrl, string token) => pattern
        .Replace("{app}", appUrl.TrimEnd('/'), StringComparison.Ordinal)
        .Replace("{token}", Uri.EscapeDataString(token), StringComparison.Ordinal);
}

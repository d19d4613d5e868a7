using System.Globalization;
using System.Net;
using MimeKit;

namespace Tenantry.Service.Mail;

/// <summary>The page at <c>/dev/mail</c>: the list, and one mail in both its parts.</summary>
internal static class DevMailPage
{
    public static string Write(IReadOnlyList<DevMailEntry> list, DevMailEntry? shown, string? folder) => MailText.Fill("DevMail.html", new Dictionary<string, string>
    {
        ["count"] = list.Count.ToString(CultureInfo.InvariantCulture),
        ["folder"] = folder is null ? "Mail goes to a server: nothing is dropped into a folder." : $"<code>{Html(folder)}</code>",
        ["list"] = string.Concat(list.Select(entry => Item(entry, entry == shown))),
        ["mail"] = shown is null ? "<p class=\"empty\">No mail yet.<br>What the service sends shows here. Reload the page to see it.</p>" : Mail(shown),
    });

    private static string Item(DevMailEntry entry, bool isShown) =>
        $"""
        <li><a href="/dev/mail/{entry.Id}"{(isShown ? " aria-current=\"true\"" : "")}><b>{Html(entry.Message.Subject)}</b><span>{Html(To(entry.Message))}</span><time>{Time(entry.Message)}</time></a></li>

        """;

    private static string Mail(DevMailEntry entry) => MailText.Fill("DevMailMessage.html", new Dictionary<string, string>
    {
        ["subject"] = Html(entry.Message.Subject),
        ["from"] = Html(entry.Message.From.ToString()),
        ["to"] = Html(To(entry.Message)),
        ["time"] = Time(entry.Message),
        ["messageId"] = Html(entry.Message.MessageId),
        ["id"] = entry.Id.ToString(),
        // A link opens beside the page: in the frame, the page's policy lets nothing load.
        ["html"] = Html(entry.Message.HtmlBody?.Replace("<head>", "<head><base target=\"_blank\">", StringComparison.Ordinal)),
        ["text"] = Html(entry.Message.TextBody),
    });

    private static string To(MimeMessage message) => string.Join(", ", message.To.Mailboxes.Select(mailbox => mailbox.Address));

    private static string Time(MimeMessage message) => message.Date.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Html(string? text) => WebUtility.HtmlEncode(text ?? "");
}

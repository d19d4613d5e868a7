using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Tenantry.Service.Mail;

/// <summary>Makes a row of the outbox a message: the same one, with the same Message-ID, however often it is tried.</summary>
internal sealed class MailComposer(MailProtection protection, IOptions<MailOptions> options)
{
    private const int LongestReason = 500;

    /// <summary>The message, or why this row will never be one.</summary>
    public (MimeMessage? Message, string? Fault) Compose(OutboxRow row)
    {
        if (!IsOneMailbox(row.Recipient, out var recipient)) return (null, "the recipient is not an address");
        if (protection.Unprotect(row) is not { } values) return (null, "the content cannot be read: it was changed, or the key ring it was protected with is gone");

        var from = MailboxAddress.Parse(options.Value.From!);
        var template = Enum.Parse<MailTemplate>(row.Template);
        var (subject, text) = Text(template, values);
        return (new MimeMessage([from], [recipient], subject, new BodyBuilder { TextBody = text, HtmlBody = Html(template, values, subject, from) }.ToMessageBody())
        {
            MessageId = $"{row.Id:N}@{from.Domain}",
            Date = new DateTimeOffset(row.CreatedAt),
            // So that no absence notice answers it (RFC 3834).
            Headers = { ["Auto-Submitted"] = "auto-generated" },
        }, null);
    }

    /// <summary>A server's words without what they may quote of the mail's own, to be kept.</summary>
    public string Redact(OutboxRow row, string reason)
    {
        if (protection.Unprotect(row)?.GetValueOrDefault("token") is { Length: > 0 } token)
            reason = reason.Replace(token, "…", StringComparison.OrdinalIgnoreCase).Replace(Uri.EscapeDataString(token), "…", StringComparison.OrdinalIgnoreCase);
        return reason.Length <= LongestReason ? reason : reason[..LongestReason];
    }

    private static bool IsOneMailbox(string text, [NotNullWhen(true)] out MailboxAddress? mailbox) =>
        MailboxAddress.TryParse(text, out mailbox) && mailbox.Address == text && !text.Any(char.IsControl);

    private (string Subject, string Body) Text(MailTemplate template, IReadOnlyDictionary<string, string> values)
    {
        var filled = MailText.Fill($"{template}.txt", Lines(template, values, MailText.InLine, ".txt"));
        // The first line is the subject, the second is empty.
        var parts = filled.Split('\n', 3);
        return (parts[0], parts[2]);
    }

    private string Html(MailTemplate template, IReadOnlyDictionary<string, string> values, string subject, MailboxAddress from) => MailText.Fill("Layout.html", new Dictionary<string, string>
    {
        ["subject"] = MailText.InHtml(subject),
        ["sender"] = MailText.InHtml(string.IsNullOrEmpty(from.Name) ? from.Domain : from.Name),
        ["content"] = MailText.Fill($"{template}.html", Lines(template, values, MailText.InHtml, ".html")),
    });

    private Dictionary<string, string> Lines(MailTemplate template, IReadOnlyDictionary<string, string> values, Func<string, string> encode, string ending)
    {
        var lines = values.ToDictionary(value => value.Key, value => encode(value.Value));
        if (MailAction.Find(template, values.GetValueOrDefault("token"), options.Value) is not { } action) return lines;

        var words = new Dictionary<string, string?> { ["label"] = action.Label, ["link"] = action.Link, ["request"] = action.Request, ["body"] = action.Body }
            .Where(word => word.Value is not null).ToDictionary(word => word.Key, word => encode(word.Value!));
        words["token"] = lines["token"];
        string[] parts = [action.Link is null ? "" : "Link", (action.Request, action.Body) switch { (null, _) => "", (_, null) => "Request", _ => "RequestWithToken" }];
        lines["action"] = string.Join('\n', parts.Where(part => part.Length > 0).Select(part => MailText.Fill(part + ending, words).TrimEnd('\n') + "\n")).TrimEnd('\n');
        return lines;
    }
}

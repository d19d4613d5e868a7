using MimeKit;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Mail;

/// <summary>What the service has mailed, read from the folder it drops mail into.</summary>
internal static class MailDrop
{
    /// <summary>The mail that an address has, the oldest first.</summary>
    public static IReadOnlyList<MimeMessage> Of(TestApp app, string address) =>
        [.. Directory.EnumerateFiles(app.MailFolder, "*.eml").Order(StringComparer.Ordinal).Select(file => MimeMessage.Load(file))
            .Where(message => message.To.Mailboxes.Any(mailbox => mailbox.Address == address))];

    /// <summary>Waits, for a bounded time, until an address has so much mail, and gives the newest.</summary>
    public static async Task<MimeMessage> WaitAsync(TestApp app, string address, CancellationToken cancellationToken, int count = 1)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (Of(app, address) is { } mail && mail.Count >= count) return mail[^1];
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }
    }

    /// <summary>The token that a mail carries, whichever way it is to be used.</summary>
    public static string TokenIn(MimeMessage message)
    {
        var text = message.TextBody!.ReplaceLineEndings("\n");
        const string plain = "with this token:\n", link = "/api/invitations/";
        if (text.IndexOf(plain, StringComparison.Ordinal) is >= 0 and var at) return text[(at + plain.Length)..].Split('\n')[0];
        at = text.IndexOf(link, StringComparison.Ordinal);
        Assert.That(at, Is.GreaterThanOrEqualTo(0), text);
        return Uri.UnescapeDataString(text[(at + link.Length)..].Split('\n', '/')[0]);
    }
}

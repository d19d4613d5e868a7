using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tenantry.Service.Mail;

namespace Tenantry.Tests.Foundation;

/// <summary>What the service has written to an address.</summary>
internal static class Mailbox
{
    private const string List =
        """
        select id, recipient, template, body, attempts, created_at as CreatedAt, now() - created_at as Age from public.mail_outbox
        where recipient = @address and body is not null order by id
        """;

    /// <summary>The mails to an address, oldest first: their template and values.</summary>
    public static async Task<IReadOnlyList<(string Template, IReadOnlyDictionary<string, string> Values)>> ListAsync(TestApp app, string address)
    {
        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        var protection = app.Services.GetRequiredService<MailProtection>();
        return [.. (await server.QueryAsync<OutboxRow>(List, new { address })).Select(row => (row.Template, protection.Unprotect(row)!))];
    }

    /// <summary>The token of the last invitation to an address.</summary>
    public static async Task<string> InvitationTokenAsync(TestApp app, string address) =>
        (await ListAsync(app, address)).Last(mail => mail.Template == nameof(MailTemplate.Invitation)).Values["token"];
}

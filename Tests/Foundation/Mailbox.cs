using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tenantry.Service.Mail;

namespace Tenantry.Tests.Foundation;

/// <summary>What a service has written, read in its outbox: in tests it stays there, unless one wants it sent.</summary>
internal sealed class Mailbox(TestApp app)
{
    private const string List =
        """
        select id, recipient, template, body, attempts, created_at as CreatedAt, now() - created_at as Age from public.mail_outbox
        where recipient = @address and body is not null order by id
        """;

    /// <summary>The mails to an address, oldest first: their template and values.</summary>
    public async Task<IReadOnlyList<(MailTemplate Template, IReadOnlyDictionary<string, string> Values)>> ListAsync(string address)
    {
        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        var protection = app.Services.GetRequiredService<MailProtection>();
        return [.. (await server.QueryAsync<OutboxRow>(List, new { address })).Select(row => (Enum.Parse<MailTemplate>(row.Template), protection.Unprotect(row)!))];
    }

    /// <summary>The token in the latest mail of a kind to an address.</summary>
    public async Task<string> TokenAsync(string address, MailTemplate template) =>
        (await ListAsync(address)).Last(mail => mail.Template == template).Values["token"];
}

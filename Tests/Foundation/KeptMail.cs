using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Tenantry.Service.Mail;

namespace Tenantry.Tests.Foundation;

/// <summary>What the service has written to an address. A copy is kept as it is written: what has been sent is gone from the outbox.</summary>
internal static class KeptMail
{
    private const string Keep =
        """
        create table public.kept_mail (id uuid primary key, recipient text, template text, body text);
        create function public.keep_mail() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
        begin
            insert into public.kept_mail (id, recipient, template, body) values (new.id, new.recipient, new.template, new.body);
            return null;
        end $$;
        revoke execute on function public.keep_mail() from public;
        create trigger keep_mail after insert on public.mail_outbox for each row execute function public.keep_mail();
        """;

    private const string List = "select id, recipient, template, body from public.kept_mail where recipient = @address order by id";

    public static async Task OpenAsync(TestApp app)
    {
        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        await server.ExecuteAsync(Keep);
    }

    /// <summary>The mails to an address, oldest first: their template and values.</summary>
    public static async Task<IReadOnlyList<(string Template, IReadOnlyDictionary<string, string> Values)>> ListAsync(TestApp app, string address)
    {
        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        var protection = app.Services.GetRequiredService<IDataProtectionProvider>();
        return
        [
            .. (await server.QueryAsync<(Guid Id, string Recipient, string Template, string Body)>(List, new { address })).Select(row => (
                row.Template,
                (IReadOnlyDictionary<string, string>)JsonSerializer.Deserialize<Dictionary<string, string>>(
                    protection.CreateProtector("Tenantry.Mail", row.Id.ToString(), row.Recipient, row.Template).Unprotect(row.Body))!)),
        ];
    }

    /// <summary>The token of the last invitation to an address.</summary>
    public static async Task<string> InvitationTokenAsync(TestApp app, string address) =>
        (await ListAsync(app, address)).Last(mail => mail.Template == nameof(MailTemplate.Invitation)).Values["token"];
}

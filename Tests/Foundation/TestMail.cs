using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tenantry.Service.Mail;

namespace Tenantry.Tests.Foundation;

/// <summary>Every mail that a service wrote, sent since or not: what has been sent keeps no body, so each is copied as it is written.</summary>
internal sealed class TestMail(TestApp app)
{
    public static async Task<TestMail> WatchAsync(TestApp app)
    {
        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        await server.ExecuteAsync(
            """
            create table public.written_mail (place bigint generated always as identity primary key, id uuid, recipient text, template text, body text);
            create function public.copy_mail() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            begin
                insert into public.written_mail (id, recipient, template, body) values (new.id, new.recipient, new.template, new.body);
                return null;
            end $$;
            revoke execute on function public.copy_mail() from public;
            create trigger copy_mail after insert on public.mail_outbox for each row execute function public.copy_mail();
            """);
        return new TestMail(app);
    }

    /// <summary>The mails to an address, oldest first.</summary>
    public async Task<IReadOnlyList<(MailTemplate Template, IReadOnlyDictionary<string, string> Values)>> ListAsync(string address)
    {
        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        var rows = await server.QueryAsync<(Guid Id, string Recipient, string Template, string Body)>(
            "select id, recipient, template, body from public.written_mail where recipient = @address order by place", new { address });
        var protection = app.Services.GetRequiredService<MailProtection>();
        return [.. rows.Select(row => (Enum.Parse<MailTemplate>(row.Template), protection.Unprotect(new OutboxRow(row.Id, row.Recipient, row.Template, row.Body, 0, default))!))];
    }

    /// <summary>The token in the latest mail of a kind to an address.</summary>
    public async Task<string> TokenAsync(string address, MailTemplate template) =>
        (await ListAsync(address)).Last(mail => mail.Template == template).Values["token"];
}

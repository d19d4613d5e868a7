using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tenantry.Service.Mail;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Mail;

/// <summary>In Development mail is dropped into a folder and shown at <c>/dev/mail</c>; the background sender does it by itself.</summary>
internal sealed class DevMailTests
{
    [Test, CancelAfter(60_000)]
    public async Task A_mail_is_dropped_listed_and_shown_in_both_parts(CancellationToken cancellationToken)
    {
        await using var app = await TestApp.StartAsync(cancellationToken, ("Mail:Sends", "true"));
        using var client = app.CreateClient();
        Assert.That((await Answer.ToAsync(client, HttpMethod.Get, "/dev/mail")).Body, Does.Contain("No mail yet"));
        await SendAsync(app, "first@example.com", "<script>alert(1)</script>", cancellationToken);
        await SendAsync(app, "second@example.com", "Engines", cancellationToken);

        using var page = await client.GetAsync(new Uri("/dev/mail", UriKind.Relative), cancellationToken);
        var html = await page.Content.ReadAsStringAsync(cancellationToken);
        Assert.That(page.Headers.GetValues("Content-Security-Policy").Single(), Does.StartWith("default-src 'none'; style-src 'unsafe-inline';").And.Not.Contain("script-src"));
        Assert.That(html.IndexOf("second@example.com", StringComparison.Ordinal), Is.LessThan(html.IndexOf("first@example.com", StringComparison.Ordinal)), "the newest first");
        Assert.That(html, Does.Not.Contain("<script").And.Not.Contain(" src=").And.Contain("<iframe sandbox=\"allow-popups allow-popups-to-escape-sandbox\" title="));
        Assert.That(html, Does.Contain("invites you to join “Engines”.").Or.Contain("invites you to join &#8220;Engines&#8221;."), "the text part");
        Assert.That(html, Does.Contain("&lt;strong&gt;Engines&lt;/strong&gt;"), "the HTML part, in the frame's attribute");

        var first = (await MailDrop.WaitAsync(app, "first@example.com", cancellationToken)).MessageId!.Split('@')[0];
        var shown = await Answer.ToAsync(client, HttpMethod.Get, $"/dev/mail/{Guid.Parse(first)}");
        Assert.That(shown.Body, Does.Contain("&amp;lt;script&amp;gt;").And.Not.Contain("<script"));
        using var raw = await client.GetAsync(new Uri($"/dev/mail/{Guid.Parse(first)}.eml", UriKind.Relative), cancellationToken);
        Assert.That(raw.Content.Headers.ContentType!.MediaType, Is.EqualTo("message/rfc822"));
        Assert.That(await raw.Content.ReadAsStringAsync(cancellationToken), Does.Contain("To: first@example.com"));
        foreach (var path in (string[])[$"/dev/mail/{Guid.Empty}", $"/dev/mail/{Guid.Empty}.eml", "/dev/mail/..%2F..%2Fetc%2Fpasswd", "/dev/mail/x.eml"])
            Assert.That((await Answer.ToAsync(client, HttpMethod.Get, path)).Status, Is.EqualTo(404), path);
    }

    [Test, CancelAfter(60_000)]
    public async Task A_browser_shows_the_mail_and_asks_nobody_else(CancellationToken cancellationToken)
    {
        await using var app = await TestApp.StartAsync(cancellationToken, ("Mail:Sends", "true"));
        await SendAsync(app, "ada@example.com", "Engines", cancellationToken);
        using var client = app.CreateClient();
        var dom = await Browser.FindDomAsync(new Uri(client.BaseAddress!, "/dev/mail"), cancellationToken);
        if (dom is null) Assert.Ignore("There is no Chromium on this machine.");
        Assert.That(dom, Does.Contain("<dd>ada@example.com</dd>").And.Contain("Grace invites you to Engines").And.Contain("<iframe sandbox="));
        Assert.That(dom, Does.Contain("invites you to join “Engines”. Your role there: member."));
    }

    [Test, CancelAfter(60_000)]
    public async Task In_production_there_is_no_such_page_and_mail_waits_for_a_server(CancellationToken cancellationToken)
    {
        await using var app = await TestApp.StartAsync(cancellationToken, ("environment", "Production"), ("Mail:Sends", "true"), ("Mail:Folder", ""));
        await AddAsync(app, "ada@example.com", "Engines", cancellationToken);
        using var client = app.CreateClient();
        foreach (var path in (string[])["/dev/mail", "/dev/mail/", $"/dev/mail/{Guid.Empty}"])
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound), path);
        }

        Assert.That(app.Services.GetRequiredService<IMailTransport>(), Is.InstanceOf<NoTransport>());
        Assert.That(MailDrop.Of(app, "ada@example.com"), Is.Empty);
    }

    [Test, CancelAfter(60_000)]
    public async Task Mail_that_waits_for_long_is_degraded_and_not_unready(CancellationToken cancellationToken)
    {
        await using var app = await TestApp.StartAsync(cancellationToken, ("Mail:Sends", "true"), ("Mail:Folder", ""), ("Mail:Smtp:Host", "127.0.0.1"), ("Mail:Smtp:Port", "1"));
        using var client = app.CreateClient();
        await AddAsync(app, "ada@example.com", "Engines", cancellationToken);
        Assert.That((await Answer.ToAsync(client, HttpMethod.Get, "/health/ready")).Json.GetProperty("checks").GetProperty("mail").GetString(), Is.EqualTo("Healthy"));
        await using (var admin = await app.Database.OpenAdminAsync(cancellationToken))
        {
            await using var age = new Npgsql.NpgsqlCommand("update public.mail_outbox set created_at = created_at - interval '16 minutes'", admin);
            await age.ExecuteNonQueryAsync(cancellationToken);
        }

        var late = await Answer.ToAsync(client, HttpMethod.Get, "/health/ready");
        Assert.That((late.Status, late.Json.GetProperty("checks").GetProperty("mail").GetString()), Is.EqualTo((200, "Degraded")));
    }

    private static async Task SendAsync(TestApp app, string to, string org, CancellationToken cancellationToken)
    {
        await AddAsync(app, to, org, cancellationToken);
        await MailDrop.WaitAsync(app, to, cancellationToken);
    }

    private static async Task AddAsync(TestApp app, string to, string org, CancellationToken cancellationToken)
    {
        await using var control = await app.Services.GetRequiredService<ControlDatabase>().OpenAsync(cancellationToken);
        await using var transaction = await control.BeginTransactionAsync(cancellationToken);
        var values = new Dictionary<string, string> { ["org"] = org, ["inviter"] = "Grace", ["role"] = "member", ["token"] = "T0K3N", ["expires"] = "tomorrow" };
        await app.Services.GetRequiredService<Outbox>().AddAsync(transaction, new OutgoingMail(to, MailTemplate.Invitation, values), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}

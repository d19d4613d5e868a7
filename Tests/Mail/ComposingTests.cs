using MimeKit;
using Tenantry.Service.Mail;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Mail;

/// <summary>What a mail says, and what nobody can make it say.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[Parallelizable(ParallelScope.Self)] // Its tests share one outbox: each would send the others' mail.
internal sealed class ComposingTests
{
    private TestDatabase database = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync() => database = await TestDatabase.CreateAsync(CancellationToken.None);

    [OneTimeTearDown]
    public async Task CleanAsync() => await database.DisposeAsync();

    [Test]
    public async Task Each_template_has_a_subject_and_both_parts_with_every_value([Values] MailTemplate template)
    {
        var values = OutgoingMail.Keys(template).Select(key => (key, $"the-{key}")).ToArray();
        var message = await SendAsync("ada@example.com", template, values);
        Assert.That(message.Subject, Is.Not.Empty.And.Not.Contain("{{"));
        foreach (var part in (string[])[message.TextBody!, message.HtmlBody!])
        {
            Assert.That(part, Does.Not.Contain("{{"));
            foreach (var (_, value) in values) Assert.That(part, Does.Contain(value));
        }

        Assert.That(message.HtmlBody, Does.Not.Contain("src=").And.Not.Contain("url(").And.Not.Contain("<link").And.Not.Contain("<script").And.Not.Contain("@import"), "nothing is fetched");
        Assert.That(message.HtmlBody, Does.Contain("prefers-color-scheme: dark"));
    }

    [Test]
    public async Task A_hostile_name_is_text_in_the_html_and_one_line_everywhere()
    {
        const string script = "\"><script>alert(1)</script>";
        var message = await SendAsync("ada@example.com", MailTemplate.Invitation,
            ("org", "Evil\r\nBcc: victim@example.com\r\n\r\nHello"), ("inviter", script), ("role", "{{token}}"), ("token", "T0K3N"), ("expires", "\u202Ereversed"));
        Assert.That(message.HtmlBody, Does.Not.Contain("<script").And.Contain("&quot;&gt;&lt;script&gt;"));
        Assert.That(message.Headers.Select(header => header.Field), Does.Not.Contain("Bcc").IgnoreCase);
        Assert.That(message.Bcc, Is.Empty);
        Assert.That(message.Subject, Does.Contain("Evil  Bcc: victim@example.com"), "in one line");
        Assert.That(message.TextBody, Does.Contain("“Evil  Bcc: victim@example.com    Hello”").And.Contain("Your role there: {{token}}.").And.Not.Contain("\u202E"));
    }

    [TestCase("ada@example.com\r\nRCPT TO:<victim@example.com>")]
    [TestCase("ada@example.com>\r\nDATA")]
    [TestCase("\"ada\r\nBcc: victim\"@example.com")]
    [TestCase("ada@example.com, victim@example.com")]
    [TestCase("Victim <victim@example.com>")]
    [TestCase("friends: victim@example.com;")]
    [TestCase("")]
    [TestCase("not an address")]
    public async Task A_hostile_address_reaches_no_server_and_is_recorded(string address)
    {
        using var server = new SmtpServer();
        await using var mail = new MailHost(database, server.Port);
        await mail.AddAsync(address);
        await mail.DeliverAsync();
        Assert.That((await mail.RowAsync(address)).State, Is.EqualTo("failed"));
        Assert.That(server.Commands.Where(line => line.StartsWith("RCPT", StringComparison.Ordinal) || line.Contains("victim", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Without_a_front_end_a_mail_says_which_request_takes_the_token()
    {
        var reset = await SendAsync("ada@example.com", MailTemplate.ResetPassword, ("token", "a/b+c"), ("expires", "tomorrow"));
        Assert.That(reset.TextBody, Does.Contain("POST http://localhost:5080/api/auth/reset-password").And.Contain("with this token:\na/b+c\n"));
        var invitation = await SendAsync("ada@example.com", MailTemplate.Invitation, ("org", "o"), ("inviter", "i"), ("role", "r"), ("token", "a/b+c"), ("expires", "e"));
        Assert.That(invitation.TextBody, Does.Contain("http://localhost:5080/api/invitations/a%2Fb%2Bc\n").And.Contain("POST http://localhost:5080/api/invitations/a%2Fb%2Bc/accept"));
        Assert.That(MailDrop.TokenIn(reset), Is.EqualTo("a/b+c"));
        Assert.That(MailDrop.TokenIn(invitation), Is.EqualTo("a/b+c"));
    }

    [Test]
    public async Task With_a_front_end_a_mail_leads_there_and_names_no_request([Values(MailTemplate.ResetPassword, MailTemplate.ConfirmEmail, MailTemplate.ConfirmNewEmail, MailTemplate.Invitation)] MailTemplate template)
    {
        var values = OutgoingMail.Keys(template).Select(key => (key, "a/b+c")).ToArray();
        using var server = new SmtpServer();
        await using var mail = new MailHost(database, server.Port, ("Mail:AppUrl", "https://app.example/"), ($"Mail:Links:{template}", "{app}/open?token={token}&from=mail"));
        await mail.AddAsync("ada@example.com", template, values);
        await mail.DeliverAsync();
        var message = server.Taken.Single().Message;
        Assert.That(message.TextBody, Does.Contain("https://app.example/open?token=a%2Fb%2Bc&from=mail").And.Not.Contain("POST"));
        Assert.That(message.HtmlBody, Does.Contain("href=\"https://app.example/open?token=a%2Fb%2Bc&amp;from=mail\"").And.Not.Contain("POST"));
    }

    private async Task<MimeMessage> SendAsync(string to, MailTemplate template, params (string Key, string Value)[] values)
    {
        using var server = new SmtpServer();
        await using var own = new MailHost(database, server.Port);
        await own.AddAsync(to, template, values);
        await own.DeliverAsync();
        return server.Taken.Single().Message;
    }
}

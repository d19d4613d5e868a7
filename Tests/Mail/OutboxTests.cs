using Dapper;
using Npgsql;
using Tenantry.Service.Mail;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Mail;

/// <summary>Mail is written with what causes it, and by nobody's mistake read or sent elsewhere.</summary>
internal sealed class OutboxTests
{
    private const string Token = "s3cr3t-t0k3n-0123456789";

    private TestDatabase database = null!;
    private MailHost mail = null!;

    [SetUp]
    public async Task PrepareAsync()
    {
        database = await TestDatabase.CreateAsync(CancellationToken.None);
        mail = new MailHost(database, port: 1);
    }

    [TearDown]
    public async Task CleanAsync()
    {
        await mail.DisposeAsync();
        await database.DisposeAsync();
    }

    [Test]
    public async Task A_mail_is_there_when_its_transaction_commits_and_only_then([Values] bool commits)
    {
        await using var control = await mail.Control.OpenAsync(CancellationToken.None);
        await using (var transaction = await control.BeginTransactionAsync())
        {
            await mail.Outbox.AddAsync(transaction, new OutgoingMail("ada@example.com", MailTemplate.PasswordChanged, new Dictionary<string, string>()), CancellationToken.None);
            if (commits) await transaction.CommitAsync();
        }

        Assert.That(await control.ExecuteScalarAsync<long>("select count(*) from public.mail_outbox"), Is.EqualTo(commits ? 1 : 0));
    }

    [Test]
    public async Task A_missing_or_an_unknown_value_is_refused_at_once([Values] MailTemplate template)
    {
        var values = OutgoingMail.Keys(template).Select(key => (key, "x")).ToArray();
        await mail.AddAsync("a@example.com", template, values);
        Assert.That(() => mail.AddAsync("a@example.com", template, [.. values, ("other", "x")]), Throws.ArgumentException.With.Message.Contains("other"));
        if (values.Length > 0)
            Assert.That(() => mail.AddAsync("a@example.com", template, values[1..]), Throws.ArgumentException.With.Message.Contains(values[0].key));
    }

    [TestCase("update public.mail_outbox set recipient = 'mallory@example.com'")]
    [TestCase("update public.mail_outbox set template = 'ResetPassword'")]
    [TestCase("insert into public.mail_outbox (id, recipient, template, sent_at) values (gen_random_uuid(), 'a', 'b', now())")]
    [TestCase("truncate public.mail_outbox")]
    public async Task The_control_login_readdresses_nothing(string sql)
    {
        await using var control = await mail.Control.OpenAsync(CancellationToken.None);
        Assert.That(async () => await control.ExecuteAsync(sql), Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.InsufficientPrivilege));
    }

    [Test]
    public async Task No_token_lies_in_clear_while_it_waits_when_it_fails_or_when_it_is_sent()
    {
        using var server = new SmtpServer();
        await using var sender = new MailHost(database, server.Port);
        // The word of a filter that quotes what it dislikes.
        server.Answer = (line, usual) => line == "." ? $"451 I dislike {Token} and {Token.ToUpperInvariant()}" : usual;
        await sender.AddResetAsync("ada@example.com", Token);
        await AssertNoTokenAsync("waiting");
        await sender.DeliverAsync();
        Assert.That(server.Taken.Single().Message.TextBody, Does.Contain(Token));
        Assert.That((await sender.RowAsync("ada@example.com")).Error, Does.Contain("I dislike"));
        await AssertNoTokenAsync("failed");
        server.Answer = (_, usual) => usual;
        await sender.MakeDueAsync();
        await sender.DeliverAsync();
        Assert.That(await sender.RowAsync("ada@example.com"), Is.EqualTo(("sent", 2, (string?)null, false)));
        await AssertNoTokenAsync("sent");
        Assert.That(sender.Log.Lines, Is.Not.Empty.And.None.Contains(Token).And.None.Contains("ada@example.com"));
    }

    [Test]
    public async Task A_row_that_was_given_another_address_or_template_is_not_sent([Values("recipient = 'mallory@example.com'", "template = 'ConfirmEmail'")] string change)
    {
        using var server = new SmtpServer();
        await using var sender = new MailHost(database, server.Port);
        await sender.AddResetAsync("ada@example.com", Token);
        await sender.ExecuteAsync($"update public.mail_outbox set {change}");
        await sender.DeliverAsync();
        Assert.That(server.Taken, Is.Empty);
        Assert.That((await sender.RowAsync(change.Contains('@') ? "mallory@example.com" : "ada@example.com")).State, Is.EqualTo("failed"));
    }

    [Test]
    public async Task The_record_goes_after_its_time_and_what_waits_never()
    {
        foreach (var name in (string[])["sent", "failed", "waiting"]) await mail.AddAsync($"{name}@example.com");
        await mail.ExecuteAsync(
            """
            update public.mail_outbox set created_at = now() - interval '90 days';
            update public.mail_outbox set body = null, sent_at = now() - interval '31 days' where recipient = 'sent@example.com';
            update public.mail_outbox set body = null, failed_at = now() - interval '29 days' where recipient = 'failed@example.com';
            """);
        await mail.Delivery.SweepAsync(CancellationToken.None);
        await using var control = await mail.Control.OpenAsync(CancellationToken.None);
        Assert.That(await control.QueryAsync<string>("select recipient from public.mail_outbox order by 1"), Is.EqualTo(["failed@example.com", "waiting@example.com"]));
    }

    private async Task AssertNoTokenAsync(string when)
    {
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        Assert.That(await admin.ExecuteScalarAsync<string>("select m::text from public.mail_outbox m"), Does.Contain("ada@example.com").And.Not.Contain(Token).IgnoreCase, when);
    }
}

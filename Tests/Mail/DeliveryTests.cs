using Dapper;
using Tenantry.Service.Mail;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Mail;

/// <summary>Each mail arrives, whatever happens to server and sender on the way.</summary>
internal sealed class DeliveryTests
{
    private const string Ada = "ada@example.com", Bob = "bob@example.com";

    private TestDatabase database = null!;
    private SmtpServer server = null!;
    private MailHost mail = null!;

    [SetUp]
    public async Task PrepareAsync()
    {
        database = await TestDatabase.CreateAsync(CancellationToken.None);
        server = new SmtpServer();
        mail = new MailHost(database, server.Port, ("Mail:Attempts", "3"));
    }

    [TearDown]
    public async Task CleanAsync()
    {
        await mail.DisposeAsync();
        server.Dispose();
        await database.DisposeAsync();
    }

    [Test]
    public async Task A_mail_is_sent_once_and_its_content_is_gone_then()
    {
        await mail.AddAsync(Ada);
        await mail.DeliverAsync();
        await mail.MakeDueAsync();
        await mail.DeliverAsync();
        var (from, to, message) = server.Taken.Single();
        Assert.That((from, to), Is.EqualTo(("no-reply@tenantry.example", Ada)));
        Assert.That(message.MessageId, Does.Match("^[0-9a-f]{32}@tenantry.example$"));
        Assert.That(message.Headers["Auto-Submitted"], Is.EqualTo("auto-generated"));
        Assert.That(await mail.RowAsync(Ada), Is.EqualTo(("sent", 1, (string?)null, false)));
    }

    [Test]
    public async Task What_a_server_took_before_it_broke_off_is_sent_again_with_the_same_id_and_date()
    {
        server.Answer = (line, usual) => line == "." ? null : usual;
        await mail.AddAsync(Ada);
        await mail.DeliverAsync();
        var waiting = await mail.RowAsync(Ada);
        Assert.That((waiting.State, waiting.Attempts, waiting.HasBody), Is.EqualTo(("later", 1, true)));

        server.Answer = (_, usual) => usual;
        await mail.DeliverAsync();
        Assert.That(server.Taken, Has.Count.EqualTo(1), "not before its time");
        await mail.MakeDueAsync();
        await mail.DeliverAsync();
        Assert.That(server.Taken.Select(taken => (taken.Message.MessageId, taken.Message.Date)).Distinct().Count(), Is.EqualTo(1));
        Assert.That((server.Taken.Count, (await mail.RowAsync(Ada)).State), Is.EqualTo((2, "sent")));
    }

    [Test]
    public async Task A_server_that_is_down_costs_no_mail_an_attempt_and_gets_it_when_it_is_back()
    {
        server.Dispose();
        await mail.AddAsync(Ada);
        for (var i = 0; i < 5; i++) await mail.DeliverAsync();
        Assert.That(await mail.RowAsync(Ada), Is.EqualTo(("due", 0, (string?)null, true)));

        using var back = new SmtpServer(server.Port);
        mail.Clock.Advance(TimeSpan.FromMinutes(1));
        await mail.DeliverAsync();
        Assert.That((back.Taken.Count, (await mail.RowAsync(Ada)).State), Is.EqualTo((1, "sent")));
    }

    [Test]
    public async Task A_dead_senders_mail_is_another_ones_after_its_lease_and_no_more_its_own()
    {
        await mail.AddAsync(Ada);
        await using var control = await mail.Control.OpenAsync(CancellationToken.None);
        var held = await OutboxQueries.FindDueAndLeaseAsync(control, TimeSpan.FromMinutes(5), CancellationToken.None);
        await mail.DeliverAsync();
        Assert.That(server.Taken, Is.Empty, "it is leased");

        await mail.MakeDueAsync();
        server.OnTaken = async () =>
        {
            // Back from the dead, while another is sending.
            await OutboxQueries.DeferAsync(control, held!, TimeSpan.Zero, "late", CancellationToken.None);
            await OutboxQueries.MarkFailedAsync(control, held!, "late", CancellationToken.None);
        };
        await mail.DeliverAsync();
        Assert.That(server.Taken.Single().Message.MessageId, Does.StartWith(held!.Id.ToString("N")));
        Assert.That(await mail.RowAsync(Ada), Is.EqualTo(("sent", 2, (string?)null, false)));
    }

    [Test]
    public async Task Two_senders_send_each_mail_once()
    {
        var addresses = Enumerable.Range(0, 40).Select(i => $"{i}@example.com").ToList();
        foreach (var address in addresses) await mail.AddAsync(address);
        await using var other = new MailHost(database, server.Port);
        // The first waits with its mail in hand until the second has one.
        var both = new TaskCompletionSource();
        server.OnTaken = () => server.Taken.Count < 2 ? both.Task : Task.Run(both.TrySetResult);
        await Task.WhenAll(mail.DeliverAsync(), other.DeliverAsync());
        Assert.That(server.Taken.Select(taken => taken.To), Is.EquivalentTo(addresses));
        Assert.That(server.Connections, Is.EqualTo(2), "each keeps its connection");
    }

    [Test]
    public async Task A_mail_that_another_is_just_leasing_is_passed_over()
    {
        await mail.AddAsync(Ada);
        await mail.AddAsync(Bob);
        await using var other = await mail.Control.OpenAsync(CancellationToken.None);
        await using (var leasing = await other.BeginTransactionAsync())
        {
            await other.ExecuteAsync("select id from public.mail_outbox where recipient = @Ada for update", new { Ada });
            await mail.DeliverAsync();
            Assert.That(server.Taken.Select(taken => taken.To), Is.EqualTo([Bob]));
        }

        await mail.DeliverAsync();
        Assert.That(server.Taken.Select(taken => taken.To), Is.EqualTo([Bob, Ada]));
    }

    [Test]
    public async Task No_lock_is_held_while_a_server_takes_its_time()
    {
        await mail.AddAsync(Ada);
        server.OnTaken = () => mail.ExecuteAsync("set lock_timeout = '1s'; select id from public.mail_outbox for update nowait");
        await mail.DeliverAsync();
        Assert.That((await mail.RowAsync(Ada)).State, Is.EqualTo("sent"));
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        Assert.That(await admin.ExecuteScalarAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'"), Is.Zero);
    }

    [Test]
    public async Task A_refused_recipient_is_recorded_with_the_reason_and_holds_up_nobody()
    {
        server.Answer = (line, usual) => line.StartsWith("RCPT", StringComparison.Ordinal) && line.Contains(Ada, StringComparison.Ordinal) ? "550 5.1.1 no such user" : usual;
        await mail.AddAsync(Ada);
        await mail.AddAsync(Bob);
        await mail.DeliverAsync();
        await mail.MakeDueAsync();
        await mail.DeliverAsync();
        Assert.That(await mail.RowAsync(Ada), Is.EqualTo(("failed", 1, "550 5.1.1 no such user", false)));
        Assert.That(server.Taken.Single().To, Is.EqualTo(Bob));
        Assert.That(server.Commands.Count(line => line.Contains(Ada, StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(mail.Log.Lines, Has.Some.StartsWith("Warning").And.None.Contains(Ada));
    }

    [TestCase("RCPT", "450 try later")]
    [TestCase("MAIL", "550 not you")] // Our configuration's fault, which is mended: the mail must still be there.
    [TestCase("MAIL", "530 log in first")]
    [TestCase(".", "452 disk full")]
    public async Task What_may_pass_is_tried_again_so_often_and_then_given_up(string command, string answer)
    {
        server.Answer = (line, usual) => line.StartsWith(command, StringComparison.Ordinal) ? answer : usual;
        await mail.AddAsync(Ada);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await mail.MakeDueAsync();
            await mail.DeliverAsync();
            var row = await mail.RowAsync(Ada);
            Assert.That((row.State, row.Attempts, row.HasBody), Is.EqualTo((attempt < 3 ? "later" : "failed", attempt, attempt < 3)));
            Assert.That(row.Error, Does.EndWith(answer[4..]));
        }
    }

    [Test]
    public async Task A_mail_that_is_too_old_gets_its_attempt_and_is_then_given_up()
    {
        server.Answer = (line, usual) => line == "." ? "451 no" : usual;
        await mail.AddAsync(Ada);
        await mail.ExecuteAsync("update public.mail_outbox set created_at = now() - interval '4 days'");
        await mail.DeliverAsync();
        var row = await mail.RowAsync(Ada);
        Assert.That((row.State, row.Attempts), Is.EqualTo(("failed", 1)));
    }

    [Test]
    public async Task A_stop_finishes_the_mail_in_hand_and_takes_no_other()
    {
        using var stop = new CancellationTokenSource();
        server.OnTaken = () => stop.CancelAsync();
        await mail.AddAsync(Ada);
        await mail.AddAsync(Bob);
        await mail.Delivery.DeliverDueAsync(stop.Token);
        Assert.That(((await mail.RowAsync(Ada)).State, (await mail.RowAsync(Bob)).Attempts), Is.EqualTo(("sent", 0)));
    }

    [Test]
    public async Task A_newer_instances_template_is_left_to_it()
    {
        await mail.AddAsync(Ada);
        await mail.ExecuteAsync("update public.mail_outbox set template = 'OfTomorrow'");
        await mail.AddAsync(Bob);
        await mail.DeliverAsync();
        Assert.That(((await mail.RowAsync(Ada)).State, (await mail.RowAsync(Bob)).State), Is.EqualTo(("due", "sent")));
    }
}

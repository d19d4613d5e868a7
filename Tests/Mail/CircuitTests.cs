using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Mail;

/// <summary>A broken server is left alone for a while, and found again.</summary>
internal sealed class CircuitTests
{
    // It breaks off at once; in the middle; it turns everybody away; or it is going down.
    [TestCase("", null)]
    [TestCase("MAIL", null)]
    [TestCase("", "554 go away")]
    [TestCase("MAIL", "421 going down")]
    public async Task The_circuit_opens_on_a_broken_server_and_closes_on_a_mended_one(string command, string? answer)
    {
        await using var database = await TestDatabase.CreateAsync(CancellationToken.None);
        using var server = new SmtpServer();
        await using var mail = new MailHost(database, server.Port, ("Mail:Smtp:BreakAfter", "2"), ("Mail:Smtp:BreakFor", "00:00:30"));
        server.Answer = (line, usual) => command.Length == 0 ? answer : line.StartsWith(command, StringComparison.Ordinal) ? answer : usual;
        await mail.AddAsync("ada@example.com");
        for (var i = 0; i < 4; i++)
        {
            await mail.MakeDueAsync();
            await mail.DeliverAsync();
        }

        var tried = server.Connections;
        Assert.That(tried, Is.InRange(1, 3));
        var attempts = (await mail.RowAsync("ada@example.com")).Attempts;
        server.Answer = (_, usual) => usual;
        await mail.MakeDueAsync();
        await mail.DeliverAsync();
        Assert.That(server.Connections, Is.EqualTo(tried), "left alone while the circuit is open");
        Assert.That(await mail.RowAsync("ada@example.com"), Is.EqualTo(("due", attempts, (await mail.RowAsync("ada@example.com")).Error, true)), "no attempt is counted");

        // What somebody sets the clock to has no part in it.
        mail.Clock.Set(TimeSpan.FromHours(-2));
        mail.Clock.Advance(TimeSpan.FromSeconds(31));
        await mail.DeliverAsync();
        Assert.That((await mail.RowAsync("ada@example.com")).State, Is.EqualTo("sent"));
        Assert.That(mail.Log.Lines.Count(line => line.Contains("left alone", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(mail.Log.Lines, Has.Some.Contains("answers again"));
    }
}

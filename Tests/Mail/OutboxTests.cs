using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Tenantry.Service.Mail;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Mail;

/// <summary>Mail is written with what causes it.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class OutboxTests
{
    private TestDatabase database = null!;
    private ServiceProvider services = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        database = await TestDatabase.CreateAsync(CancellationToken.None);
        services = new ServiceCollection().AddSingleton(new ControlDatabase(database.Options())).AddSingleton<MailProtection>().AddSingleton<Outbox>()
            .AddDataProtection().UseEphemeralDataProtectionProvider().Services.BuildServiceProvider();
    }

    [OneTimeTearDown]
    public async Task CleanAsync()
    {
        await services.DisposeAsync();
        await database.DisposeAsync();
    }

    [Test]
    public async Task A_mail_is_there_when_its_transaction_commits_and_only_then([Values] bool commits)
    {
        var address = $"{commits}@example.com";
        await using var control = await services.GetRequiredService<ControlDatabase>().OpenAsync(CancellationToken.None);
        await using (var transaction = await control.BeginTransactionAsync())
        {
            await services.GetRequiredService<Outbox>().AddAsync(transaction, new OutgoingMail(address, MailTemplate.PasswordChanged, new Dictionary<string, string>()), CancellationToken.None);
            if (commits) await transaction.CommitAsync();
        }

        Assert.That(await control.ExecuteScalarAsync<long>("select count(*) from public.mail_outbox where recipient = @address", new { address }), Is.EqualTo(commits ? 1 : 0));
    }

    [Test]
    public async Task A_missing_or_an_unknown_value_is_refused_at_once([Values] MailTemplate template)
    {
        await using var control = await services.GetRequiredService<ControlDatabase>().OpenAsync(CancellationToken.None);
        await using var transaction = await control.BeginTransactionAsync();
        var values = OutgoingMail.Keys(template).ToDictionary(key => key, key => "x");
        var outbox = services.GetRequiredService<Outbox>();
        await outbox.AddAsync(transaction, new OutgoingMail("a@example.com", template, values), CancellationToken.None);

        var more = new Dictionary<string, string>(values) { ["other"] = "x" };
        Assert.That(async () => await outbox.AddAsync(transaction, new OutgoingMail("a@example.com", template, more), CancellationToken.None), Throws.ArgumentException.With.Message.Contains("other"));
        if (values.Count == 0) return;
        var fewer = values.Skip(1).ToDictionary();
        Assert.That(async () => await outbox.AddAsync(transaction, new OutgoingMail("a@example.com", template, fewer), CancellationToken.None), Throws.ArgumentException.With.Message.Contains(values.Keys.First()));
    }

    [TestCase("update public.mail_outbox set recipient = 'mallory@example.com'")]
    [TestCase("update public.mail_outbox set template = 'ResetPassword'")]
    [TestCase("insert into public.mail_outbox (id, recipient, template, sent_at) values (gen_random_uuid(), 'a', 'b', now())")]
    [TestCase("truncate public.mail_outbox")]
    public async Task The_control_login_readdresses_nothing(string sql)
    {
        await using var control = await services.GetRequiredService<ControlDatabase>().OpenAsync(CancellationToken.None);
        Assert.That(async () => await control.ExecuteAsync(sql), Throws.InstanceOf<Npgsql.PostgresException>().With.Property("SqlState").EqualTo("42501"));
    }
}

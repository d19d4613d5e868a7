using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Tenantry.Service.Mail;
using Tenantry.Tenancy;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Mail;

/// <summary>Mail as the service wires it, without the service. Its sender works only when a test tells it to.</summary>
internal sealed class MailHost : IAsyncDisposable
{
    // Instances have one key ring.
    private static readonly EphemeralDataProtectionProvider Keys = new();

    private readonly TestDatabase database;
    private readonly ServiceProvider services;

    public MailHost(TestDatabase database, int port, params (string Key, string Value)[] settings)
    {
        this.database = database;
        (string Key, string Value)[] all =
        [
            ("Mail:From", "Tenantry <no-reply@tenantry.example>"), ("Mail:Smtp:Host", "127.0.0.1"), ("Mail:Smtp:Port", $"{port}"),
            ("Mail:Smtp:Security", "None"), ("Mail:Smtp:ConnectRetries", "0"), .. settings,
        ];
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        services = new ServiceCollection()
            .AddSingleton<TimeProvider>(Clock)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
            .AddSingleton(new ControlDatabase(database.Options()))
            .AddMail(configuration, new HostingEnvironment { EnvironmentName = "Production" })
            .AddSingleton<IDataProtectionProvider>(Keys)
            .BuildServiceProvider();
    }

    public ManualClock Clock { get; } = new();

    public CapturedLog Log { get; } = new();

    public ControlDatabase Control => services.GetRequiredService<ControlDatabase>();

    public Outbox Outbox => services.GetRequiredService<Outbox>();

    public MailDelivery Delivery => services.GetRequiredService<MailDelivery>();

    public MailComposer Composer => services.GetRequiredService<MailComposer>();

    public async Task AddAsync(string to, MailTemplate template = MailTemplate.PasswordChanged, params (string Key, string Value)[] values)
    {
        await using var control = await Control.OpenAsync(CancellationToken.None);
        await using var transaction = await control.BeginTransactionAsync();
        await Outbox.AddAsync(transaction, new OutgoingMail(to, template, values.ToDictionary(value => value.Key, value => value.Value)), CancellationToken.None);
        await transaction.CommitAsync();
    }

    public Task AddResetAsync(string to, string token) => AddAsync(to, MailTemplate.ResetPassword, ("token", token), ("expires", "tomorrow"));

    public async Task DeliverAsync() => await Delivery.DeliverDueAsync(CancellationToken.None);

    /// <summary>What the row says, as text: state, attempts, error, and whether its content is still there.</summary>
    public async Task<(string State, int Attempts, string? Error, bool HasBody)> RowAsync(string recipient)
    {
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        return await admin.QuerySingleAsync<(string, int, string?, bool)>(
            """
            select case when sent_at is not null then 'sent' when failed_at is not null then 'failed' when next_attempt_at > now() then 'later' else 'due' end,
                   attempts, last_error, body is not null
            from public.mail_outbox where recipient = @recipient
            """,
            new { recipient });
    }

    /// <summary>As the owner, whose hand nothing holds.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        await admin.ExecuteAsync(sql);
    }

    /// <summary>The time has come for what waits: a lease or a wait is over.</summary>
    public Task MakeDueAsync() => ExecuteAsync("update public.mail_outbox set next_attempt_at = now() where body is not null");

    public ValueTask DisposeAsync() => services.DisposeAsync();
}

using System.Net.Http.Headers;
using Dapper;
using Tenantry.Tests.Embedded;
using Tenantry.Tests.Foundation;
using Tenantry.Tests.Live;

namespace Tenantry.Tests.Faults;

/// <summary>A service that is told to stop leaves nobody without an answer.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class StopTests
{
    private TestDatabase database = null!;
    private AuthenticationHeaderValue ada = null!;
    private string schema = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("Signals are sent with kill.");
        database = await TestDatabase.CreateAsync(CancellationToken.None);
        await using var app = TestApp.StartOn(database);
        using var client = await app.ClientForAsync("ada@example.com", CancellationToken.None);
        ada = client.DefaultRequestHeaders.Authorization!;
        await TestApp.MakeOrgAsync(client, "acme", CancellationToken.None);
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        schema = (await admin.QuerySingleAsync<string>("select schema_name from public.tenants t join public.orgs o on o.id = t.id where o.slug = 'acme'"))!;
    }

    [OneTimeTearDown]
    public async Task CleanAsync()
    {
        if (database is not null) await database.DisposeAsync();
    }

    [Test, CancelAfter(60_000)]
    public async Task A_stop_answers_the_request_in_hand_ends_the_streams_with_a_word_and_exits_with_0(CancellationToken cancellationToken)
    {
        using var service = Start();
        using var client = await ClientAsync(service, cancellationToken);
        await using var stream = await EventListener.OpenAsync(client, "/api/orgs/acme/events", cancellationToken);
        await using var admin = await database.OpenAdminAsync(cancellationToken);
        await using var blocking = await admin.BeginTransactionAsync(cancellationToken);
        await admin.ExecuteAsync($"lock table {schema}.projects in access exclusive mode");
        var slow = Answer.ToAsync(client, HttpMethod.Get, "/api/orgs/acme/projects");
        await using var watcher = await database.OpenAdminAsync(cancellationToken);
        await Eventually.HoldsAsync(async () => await watcher.QuerySingleAsync<bool>("select exists (select from pg_locks where not granted and database = (select oid from pg_database where datname = current_database()))"));

        await ServiceProcess.SignalAsync(service, "TERM", cancellationToken);
        Assert.That(await stream.EndAsync(), Is.EqualTo("service.stopping"));
        Assert.That(slow.IsCompleted, Is.False);
        await blocking.RollbackAsync(cancellationToken);
        Assert.That((await slow).Status, Is.EqualTo(200));
        await service.WaitForExitAsync(cancellationToken);
        Assert.That(service.ExitCode, Is.Zero);
    }

    [Test, CancelAfter(60_000)]
    public async Task A_stop_turns_readiness_off_while_requests_are_served_and_a_second_signal_ends_it_at_once(CancellationToken cancellationToken)
    {
        using var service = Start(("Hosting__DrainFor", "00:00:30"));
        using var client = await ClientAsync(service, cancellationToken);
        Assert.That((await Answer.ToAsync(client, HttpMethod.Get, "/health/ready")).Status, Is.EqualTo(200));

        await ServiceProcess.SignalAsync(service, "TERM", cancellationToken);
        await Eventually.HoldsAsync(async () => (await Answer.ToAsync(client, HttpMethod.Get, "/health/ready")).Status == 503);
        Assert.That((await Answer.ToAsync(client, HttpMethod.Get, "/health/live")).Status, Is.EqualTo(200));
        Assert.That((await Answer.ToAsync(client, HttpMethod.Post, "/api/orgs/acme/projects", new { name = "x" })).Status, Is.EqualTo(201));
        Assert.That(service.HasExited, Is.False);

        await ServiceProcess.SignalAsync(service, "TERM", cancellationToken);
        await service.WaitForExitAsync(cancellationToken);
        Assert.That(service.ExitCode, Is.EqualTo(130));
    }

    private System.Diagnostics.Process Start(params (string Name, string Value)[] environment) =>
        ServiceProcess.Start([("TENANTRY_CONNECTION", database.AdminConnection), .. environment]);

    private async Task<HttpClient> ClientAsync(System.Diagnostics.Process service, CancellationToken cancellationToken)
    {
        var client = new HttpClient { BaseAddress = await ServiceProcess.AddressAsync(service, cancellationToken) };
        client.DefaultRequestHeaders.Authorization = ada;
        return client;
    }
}

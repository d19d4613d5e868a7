using Npgsql;
using Polly.CircuitBreaker;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Resilience;
using Tenantry.Tests.Embedded;
using Tenantry.Tests.Foundation;
using Tenantry.Tests.Mail;
using Tenantry.Tests.Tenancy;

namespace Tenantry.Tests.Faults;

/// <summary>A database that is down is left alone for a moment, and who asks is told at once.</summary>
internal sealed class DatabaseCircuitTests
{
    private static readonly NpgsqlException Unreachable = new("no", new System.Net.Sockets.SocketException(111));

    [Test]
    public async Task It_opens_after_failures_lets_one_try_and_closes_when_that_succeeds()
    {
        var clock = new ManualClock();
        using var circuit = new DatabaseCircuit("data", new TenancyOptions { BreakAfter = 3, BreakFor = TimeSpan.FromSeconds(2), Time = clock });
        for (var i = 0; i < 3; i++) Assert.That(async () => await FailAsync(circuit, Unreachable), Throws.Exception.SameAs(Unreachable));
        Assert.That(circuit.State, Is.EqualTo(CircuitState.Open));
        Assert.That(async () => await SucceedAsync(circuit), Throws.InstanceOf<DatabaseUnavailableException>(), "at once, and nothing is tried");

        clock.Advance(TimeSpan.FromSeconds(3));
        var trial = new TaskCompletionSource<int>();
        var trying = circuit.OpenAsync(async _ => await trial.Task, CancellationToken.None);
        Assert.That(circuit.State, Is.EqualTo(CircuitState.HalfOpen));
        Assert.That(async () => await SucceedAsync(circuit), Throws.InstanceOf<DatabaseUnavailableException>(), "one tries, the others are told");
        trial.SetResult(1);
        await trying;
        Assert.That(circuit.State, Is.EqualTo(CircuitState.Closed));
        Assert.That(await SucceedAsync(circuit), Is.EqualTo(1));
    }

    [Test]
    public void It_stays_open_when_the_one_fails()
    {
        var clock = new ManualClock();
        using var circuit = new DatabaseCircuit("data", new TenancyOptions { BreakAfter = 2, Time = clock });
        for (var i = 0; i < 2; i++) Assert.That(async () => await FailAsync(circuit, Unreachable), Throws.Exception);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.That(async () => await FailAsync(circuit, Unreachable), Throws.Exception.SameAs(Unreachable));
        Assert.That(circuit.State, Is.EqualTo(CircuitState.Open));
    }

    [TestCase(2), TestCase(-2)]
    public async Task It_lets_one_try_when_its_time_is_over_whatever_the_clock_is_set_to(int hours)
    {
        var clock = new ManualClock();
        using var circuit = new DatabaseCircuit("data", new TenancyOptions { BreakAfter = 2, BreakFor = TimeSpan.FromSeconds(2), Time = clock });
        for (var i = 0; i < 2; i++) Assert.That(async () => await FailAsync(circuit, Unreachable), Throws.Exception);
        clock.Set(TimeSpan.FromHours(hours));
        Assert.That(async () => await SucceedAsync(circuit), Throws.InstanceOf<DatabaseUnavailableException>());
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.That(await SucceedAsync(circuit), Is.EqualTo(1));
    }

    [TestCase("TN404"), TestCase("TN503"), TestCase("23505"), TestCase("42501"), TestCase("40001"), TestCase("28P01")]
    public void A_refusal_or_a_violated_constraint_is_no_failure(string state)
    {
        using var circuit = new DatabaseCircuit("data", new TenancyOptions { BreakAfter = 2 });
        for (var i = 0; i < 10; i++) Assert.That(async () => await FailAsync(circuit, new PostgresException("no", "ERROR", "ERROR", state)), Throws.InstanceOf<PostgresException>());
        Assert.That(circuit.State, Is.EqualTo(CircuitState.Closed));
    }

    [Test]
    public void A_connection_that_takes_too_long_is_a_failure_that_says_so()
    {
        using var circuit = new DatabaseCircuit("data", new TenancyOptions { BreakAfter = 2, OpenTimeout = TimeSpan.FromMilliseconds(10) });
        for (var i = 0; i < 2; i++)
            Assert.That(async () => await circuit.OpenAsync(async token =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
                return 1;
            }, CancellationToken.None), Throws.InstanceOf<DatabaseUnavailableException>());
        Assert.That(circuit.State, Is.EqualTo(CircuitState.Open));
    }

    [Test, CancelAfter(60_000)]
    public async Task A_service_whose_database_is_down_answers_without_asking_it_and_finds_it_again_by_itself(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        await using var proxy = new CountingProxy(database.Logins.Owner);
        // Long enough that nobody tries meanwhile.
        await using var app = TestApp.StartOn(database, [.. proxy.Through(database.Logins), ("Tenancy:BreakAfter", "3"), ("Tenancy:BreakFor", "00:00:03")]);
        using var ada = await app.ClientForAsync("ada@example.com", cancellationToken);
        await TestApp.MakeOrgAsync(ada, "acme", cancellationToken);
        var data = app.Services.GetService(typeof(TenantDatabase)) as TenantDatabase;

        proxy.SetDown(true);
        await Eventually.HoldsAsync(async () =>
        {
            Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/acme/projects")).Code, Is.EqualTo("database.unavailable"));
            return data!.Circuit == CircuitState.Open;
        });
        var asked = proxy.Connections;
        for (var i = 0; i < 20; i++) Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/acme/projects")).Code, Is.EqualTo("database.unavailable"));
        var ready = await Answer.ToAsync(ada, HttpMethod.Get, "/health/ready");
        Assert.That(ready.Status, Is.EqualTo(503));
        Assert.That(ready.Json.GetProperty("details").GetProperty("database").GetProperty("data").GetString(), Is.EqualTo("Open"));
        // The listener has a connection of its own, and looks for the database now and then.
        Assert.That(proxy.Connections - asked, Is.LessThan(10));

        proxy.SetDown(false);
        await Eventually.HoldsAsync(async () => (await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/acme/projects")).Status == 200);
        Assert.That(data!.Circuit, Is.EqualTo(CircuitState.Closed));
    }

    private static ValueTask<int> FailAsync(DatabaseCircuit circuit, Exception error) => circuit.OpenAsync<int>(_ => throw error, CancellationToken.None);

    private static ValueTask<int> SucceedAsync(DatabaseCircuit circuit) => circuit.OpenAsync(_ => ValueTask.FromResult(1), CancellationToken.None);
}

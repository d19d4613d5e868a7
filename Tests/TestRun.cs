using Tenantry.Tests.Foundation;

[assembly: Parallelizable(ParallelScope.All)]
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[assembly: LevelOfParallelism(4)]

namespace Tenantry.Tests;

/// <summary>What all tests of a run share: the server.</summary>
[SetUpFixture]
internal sealed class TestRun
{
    public static TestPostgres Postgres { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        // Bounded, so that a run without a server says so instead of hanging.
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        Postgres = await TestPostgres.StartAsync(new ConsoleProgress(), bound.Token);
        await TestContext.Progress.WriteLineAsync($"PostgreSQL for the tests: {Postgres.Why}");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (Postgres is not null) await Postgres.DisposeAsync();
    }

    private sealed class ConsoleProgress : IProgress<string>
    {
        public void Report(string value) => TestContext.Progress.WriteLine(value);
    }
}

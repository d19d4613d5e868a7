using System.Text;
using Npgsql;
using Tenantry.Tests.Embedded;

namespace Tenantry.Tests.Reliability;

/// <summary>
/// A fault in the middle of a load, and what is left of it: each acknowledged write once and in its own org, nothing that nobody
/// sent, and refusals that say when to come again. <c>TENANTRY_RELIABILITY_ROUNDS</c> says how often each fault happens.
/// One server for all, which each test leaves running; hence one after the other.
/// </summary>
[FixtureLifeCycle(LifeCycle.SingleInstance), Parallelizable(ParallelScope.Self)]
[Platform(Exclude = "Win", Reason = "Processes are stopped with kill.")]
internal sealed class FaultsUnderLoadTests
{
    private const int Some = 30;
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("TENANTRY_RELIABILITY_ROUNDS") is { Length: > 0 } given ? given : "1", null);

    private readonly Cluster cluster = new();

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await cluster.StartAsync(bound.Token);
    }

    [OneTimeTearDown]
    public async Task CleanAsync() => await cluster.DisposeAsync();

    [TearDown]
    public void LetAllPass() => cluster.Proxy.Passes = null;

    [Test, CancelAfter(600_000)]
    public Task PostgreSQL_killed_and_started_again(CancellationToken cancellationToken) => UnderLoadAsync(
        async load =>
        {
            await cluster.KillServerAsync(cancellationToken);
            await SeenAsync(load, "write 503 database.unavailable", cancellationToken);
            await cluster.StartServerAsync(cancellationToken);
        },
        ["503 database.unavailable"], cancellationToken);

    [Test, CancelAfter(600_000)]
    public Task A_backend_that_crashes_and_takes_all_others_with_it(CancellationToken cancellationToken) => UnderLoadAsync(
        async load =>
        {
            var backend = await cluster.AskAsync<int>("select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1");
            using (var process = System.Diagnostics.Process.GetProcessById(backend)) process.Kill();
            await SeenAsync(load, "write 503 database.unavailable", cancellationToken);
        },
        ["503 database.unavailable"], cancellationToken);

    [Test, CancelAfter(600_000)]
    public Task Connections_ended_by_the_server_again_and_again(CancellationToken cancellationToken) => UnderLoadAsync(
        async load =>
        {
            for (var times = 0; times < 10; times++)
            {
                await cluster.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()");
                await MoreAsync(load, 3, cancellationToken);
            }

            await SeenAsync(load, "write 503 database.unavailable", cancellationToken);
        },
        ["503 database.unavailable"], cancellationToken);

    // Whether the commit came through, nobody on our side can know: only its repetition under the same key tells.
    [TestCase(1, "COMMIT"), TestCase(2, "COMMIT\0"), CancelAfter(600_000)]
    public Task Connections_cut_before_the_commit_arrives_or_before_its_answer_does(int speaker, string text, CancellationToken cancellationToken) => UnderLoadAsync(
        async load =>
        {
            var cut = 0;
            var commits = 0;
            cluster.Proxy.Passes = (who, said) => Task.FromResult(
                who != speaker || said.Span.IndexOf(Encoding.ASCII.GetBytes(text)) < 0 || Interlocked.Increment(ref commits) % 3 != 0 || Interlocked.Increment(ref cut) == 0);
            await UntilAsync(() => Volatile.Read(ref cut) >= Some, cancellationToken);
            cluster.Proxy.Passes = null;
            await SeenAsync(load, "write 503 database.unavailable", cancellationToken);
        },
        ["503 database.unavailable"], cancellationToken);

    [Test, CancelAfter(600_000)]
    public Task A_database_that_takes_only_reads(CancellationToken cancellationToken) => UnderLoadAsync(
        async load =>
        {
            var database = await cluster.AskAsync<string>("select current_database()");
            await cluster.ExecuteAsync($"alter database {database} set default_transaction_read_only = on");
            await cluster.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
            await SeenAsync(load, "write 503 database.unavailable", cancellationToken);
            var read = load.Reads;
            await UntilAsync(() => load.Reads >= read + Some, cancellationToken);
            await cluster.ExecuteAsync($"alter database {database} reset default_transaction_read_only");
            await cluster.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        },
        ["503 database.unavailable"], cancellationToken);

    [Test, CancelAfter(600_000)]
    public Task Every_connection_of_the_pool_in_the_hands_of_one_org(CancellationToken cancellationToken) => UnderLoadAsync(
        async load =>
        {
            await using var holder = await cluster.OpenAsync(cancellationToken);
            await using var holding = await holder.BeginTransactionAsync(cancellationToken);
            foreach (var org in cluster.Loaded)
            {
                await using var hold = new NpgsqlCommand($"lock table {await cluster.SchemaOfAsync(org)}.projects in access exclusive mode", holder);
                await hold.ExecuteNonQueryAsync(cancellationToken);
            }

            await SeenAsync(load, "write 503 database.unavailable", cancellationToken);
        },
        // Who waited for the lock itself is told of a conflict.
        ["503 database.unavailable", "409 resource.conflict without Retry-After"], cancellationToken);

    [Test, CancelAfter(600_000)]
    public Task A_slow_network_that_loses_connections(CancellationToken cancellationToken) => UnderLoadAsync(
        async load =>
        {
            var passed = 0;
            cluster.Proxy.Passes = async (_, _) =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(30)), TimeProvider.System, cancellationToken);
                return Interlocked.Increment(ref passed) % 40 != 0;
            };
            await MoreAsync(load, Some, cancellationToken);
            await SeenAsync(load, "write 503 database.unavailable", cancellationToken);
        },
        ["503 database.unavailable"], cancellationToken);

    // The disk that the orgs' tables lie on; where the log of the server has none, the server itself stops.
    [Test, CancelAfter(600_000), Platform("Linux", Reason = "A small disk is mounted.")]
    public async Task A_disk_that_is_full(CancellationToken cancellationToken)
    {
        await using var disk = await SmallDisk.MountAsync(cluster, cancellationToken);
        if (disk is null) Assert.Ignore("Only root may mount a disk.");
        await UnderLoadAsync(
            async load =>
            {
                foreach (var org in cluster.Loaded) await cluster.ExecuteAsync($"alter table {await cluster.SchemaOfAsync(org)}.projects set tablespace {SmallDisk.Tablespace}");
                await disk.FillAsync();
                await SeenAsync(load, "write 503 database.unavailable", cancellationToken);
                await disk.EmptyAsync();
            },
            ["503 database.unavailable"], cancellationToken);
        foreach (var org in cluster.Loaded) await cluster.ExecuteAsync($"alter table {await cluster.SchemaOfAsync(org)}.projects set tablespace pg_default");
    }

    [Test, CancelAfter(600_000)]
    public Task A_service_killed_and_started_again(CancellationToken cancellationToken) => UnderLoadAsync(
        async load =>
        {
            await cluster.Instances.KillAsync(0, cancellationToken);
            await SeenAsync(load, "write no answer", cancellationToken);
            await cluster.Instances.StartAsync(0, cancellationToken);
        },
        ["no answer"], cancellationToken);

    [Test, CancelAfter(600_000)]
    public Task Two_instances_restarted_one_after_the_other(CancellationToken cancellationToken) => UnderLoadAsync(
        async load =>
        {
            await cluster.Instances.StartAsync(1, cancellationToken);
            await MoreAsync(load, Some, cancellationToken);
            Assert.That(await cluster.Instances.StopAsync(0, cancellationToken), Is.Zero);
            await MoreAsync(load, Some, cancellationToken);
            await cluster.Instances.StartAsync(0, cancellationToken);
            Assert.That(await cluster.Instances.StopAsync(1, cancellationToken), Is.Zero);
        },
        // Who was just about to be sent to the one that stops.
        ["no answer"], cancellationToken);

    private async Task UnderLoadAsync(Func<Load, Task> fault, string[] allowed, CancellationToken cancellationToken)
    {
        cluster.Loaded = await cluster.MakeOrgsAsync(3, cancellationToken);
        await using var load = new Load(cluster.Client, cluster.Instances, cluster.Loaded);
        for (var round = 0; round < Rounds; round++)
        {
            await MoreAsync(load, Some, cancellationToken);
            await fault(load);
            cluster.Proxy.Passes = null;
            // It comes back by itself.
            await MoreAsync(load, Some, cancellationToken);
        }

        var attempts = await load.EndAsync(cancellationToken);
        await TestContext.Out.WriteLineAsync($"{attempts.Count} writes, {load.Acknowledged} acknowledged; {string.Join(", ", load.Told.OrderBy(told => told.Key, StringComparer.Ordinal).Select(told => $"{told.Value} × {told.Key}"))}");
        Assert.That(HistoryCheck.ListFaults(attempts, await cluster.ListRowsAsync(cluster.Loaded)), Is.Empty);
        Assert.That(load.Told.Keys.Select(told => told[(told.IndexOf(' ', StringComparison.Ordinal) + 1)..]).Distinct(), Is.SubsetOf(["200", "201", .. allowed]));
    }

    private static Task SeenAsync(Load load, string outcome, CancellationToken cancellationToken) => UntilAsync(() => load.Told.ContainsKey(outcome), cancellationToken);

    private static Task MoreAsync(Load load, int writes, CancellationToken cancellationToken)
    {
        var before = load.Acknowledged;
        return UntilAsync(() => load.Acknowledged >= before + writes, cancellationToken);
    }

    private static Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken) => Eventually.HoldsUntilCancelledAsync(() => Task.FromResult(condition()), cancellationToken);
}

using System.Text;
using Npgsql;
using Tenantry.Migrations.Embedded;
using Tenantry.Tests.Embedded;

namespace Tenantry.Tests.Reliability;

/// <summary>
/// A fault in the middle of a load, and what is left of it: each acknowledged write once and in its own org, nothing that nobody
/// sent, and refusals that say when to come again.
/// One server for all, which each test leaves running; hence one after the other.
/// </summary>
[FixtureLifeCycle(LifeCycle.SingleInstance), Parallelizable(ParallelScope.Self)]
[Platform(Exclude = "Win", Reason = "Processes are stopped with kill.")]
internal sealed class FaultsUnderLoadTests
{
    private const int Some = LoadedService.Some;

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
            await load.SeenAsync("write 503 database.unavailable", cancellationToken);
            await cluster.StartServerAsync(cancellationToken);
        },
        ["503 database.unavailable"], cancellationToken);

    [Test, CancelAfter(600_000)]
    public Task A_backend_that_crashes_and_takes_all_others_with_it(CancellationToken cancellationToken) => UnderLoadAsync(
        async load =>
        {
            var backend = await cluster.Service.AskAsync<int>("select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1");
            using (var process = System.Diagnostics.Process.GetProcessById(backend)) process.Kill();
            await load.SeenAsync("write 503 database.unavailable", cancellationToken);
        },
        ["503 database.unavailable"], cancellationToken);

    [Test, CancelAfter(600_000)]
    public Task Connections_ended_by_the_server_again_and_again(CancellationToken cancellationToken) => UnderLoadAsync(
        async load =>
        {
            // Most of what is on its way is tried again; what is not is seen sooner or later.
            for (var times = 0; times < 10 || !load.Told.ContainsKey("write 503 database.unavailable"); times++)
            {
                await cluster.Service.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()");
                await load.MoreAsync(3, cancellationToken);
            }
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
            await Eventually.HoldsUntilCancelledAsync(() => Volatile.Read(ref cut) >= Some, cancellationToken);
            cluster.Proxy.Passes = null;
            await load.SeenAsync("write 503 database.unavailable", cancellationToken);
        },
        ["503 database.unavailable"], cancellationToken);

    [Test, CancelAfter(600_000)]
    public Task A_database_that_takes_only_reads(CancellationToken cancellationToken) => UnderLoadAsync(
        async load =>
        {
            var database = await cluster.Service.AskAsync<string>("select current_database()");
            await cluster.Service.ExecuteAsync($"alter database {database} set default_transaction_read_only = on");
            await cluster.Service.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
            await load.SeenAsync("write 503 database.unavailable", cancellationToken);
            var read = load.Reads;
            await Eventually.HoldsUntilCancelledAsync(() => load.Reads >= read + Some, cancellationToken);
            await cluster.Service.ExecuteAsync($"alter database {database} reset default_transaction_read_only");
            await cluster.Service.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        },
        ["503 database.unavailable"], cancellationToken);

    [Test, CancelAfter(600_000)]
    public Task Every_connection_of_the_pool_held_for_longer_than_anybody_waits(CancellationToken cancellationToken) => UnderLoadAsync(
        async load =>
        {
            await using var holder = await cluster.Service.OpenAsync(cancellationToken);
            await using var holding = await holder.BeginTransactionAsync(cancellationToken);
            foreach (var org in cluster.Service.Orgs)
            {
                await using var hold = new NpgsqlCommand($"lock table {await cluster.Service.SchemaOfAsync(org)}.projects in access exclusive mode", holder);
                await hold.ExecuteNonQueryAsync(cancellationToken);
            }

            // Two of each org want one of four. Which of them gets none is chance: each repeats its own write until it is made.
            await Eventually.HoldsUntilCancelledAsync(() => load.Told.Keys.Any(told => told.EndsWith("503 database.unavailable", StringComparison.Ordinal)), cancellationToken);
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
            await load.MoreAsync(Some, cancellationToken);
            await load.SeenAsync("write 503 database.unavailable", cancellationToken);
        },
        ["503 database.unavailable"], cancellationToken);

    // The server's own log has no room: it stops by itself, and cannot be started before there is some.
    [Test, CancelAfter(600_000), Platform("Linux", Reason = "A small disk is mounted.")]
    public async Task A_disk_of_the_servers_log_that_is_full(CancellationToken cancellationToken)
    {
        await using var disk = await LogDisk.MountAsync(cluster, cancellationToken);
        if (disk is null) Assert.Ignore("Only root may mount a disk.");
        await UnderLoadAsync(
            async load =>
            {
                await disk.FillAsync(cancellationToken);
                Assert.That(async () => await cluster.StartServerAsync(cancellationToken), Throws.InstanceOf<EmbeddedPostgresException>());
                await load.SeenAsync("write 503 database.unavailable", cancellationToken);
                disk.Empty();
                await cluster.StartServerAsync(cancellationToken);
            },
            ["503 database.unavailable"], cancellationToken);
    }

    // The disk that the orgs' tables lie on.
    [Test, CancelAfter(600_000), Platform("Linux", Reason = "A small disk is mounted.")]
    public async Task A_disk_that_is_full(CancellationToken cancellationToken)
    {
        await using var disk = await SmallDisk.MountAsync(cluster, cancellationToken);
        if (disk is null) Assert.Ignore("Only root may mount a disk.");
        await UnderLoadAsync(
            async load =>
            {
                foreach (var org in cluster.Service.Orgs) await cluster.Service.ExecuteAsync($"alter table {await cluster.Service.SchemaOfAsync(org)}.projects set tablespace {SmallDisk.Tablespace}");
                await disk.FillAsync();
                await load.SeenAsync("write 503 database.unavailable", cancellationToken);
                await disk.EmptyAsync();
            },
            ["503 database.unavailable"], cancellationToken);
        foreach (var org in cluster.Service.Orgs) await cluster.Service.ExecuteAsync($"alter table {await cluster.Service.SchemaOfAsync(org)}.projects set tablespace pg_default");
    }

    [Test, CancelAfter(600_000)]
    public Task A_service_killed_and_started_again(CancellationToken cancellationToken) => UnderLoadAsync(
        async load =>
        {
            await cluster.Service.Instances.KillAsync(0, cancellationToken);
            await load.SeenAsync("write no answer", cancellationToken);
            await cluster.Service.Instances.StartAsync(0, cancellationToken);
        },
        ["no answer"], cancellationToken);

    [Test, CancelAfter(600_000)]
    public Task Two_instances_restarted_one_after_the_other(CancellationToken cancellationToken) => UnderLoadAsync(
        async load =>
        {
            await cluster.Service.Instances.StartAsync(1, cancellationToken);
            await load.MoreAsync(Some, cancellationToken);
            Assert.That(await cluster.Service.Instances.StopAsync(0, cancellationToken), Is.Zero);
            await load.MoreAsync(Some, cancellationToken);
            await cluster.Service.Instances.StartAsync(0, cancellationToken);
            Assert.That(await cluster.Service.Instances.StopAsync(1, cancellationToken), Is.Zero);
        },
        // Who was just about to be sent to the one that stops.
        ["no answer"], cancellationToken);

    private Task UnderLoadAsync(Func<Load, Task> fault, string[] allowed, CancellationToken cancellationToken) => cluster.Service.UnderLoadAsync(
        async load =>
        {
            await fault(load);
            cluster.Proxy.Passes = null;
        },
        allowed, cancellationToken);
}

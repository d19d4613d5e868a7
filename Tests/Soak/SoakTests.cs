using System.Globalization;
using Tenantry.Tests.Reliability;

namespace Tenantry.Tests.Soak;

/// <summary>
/// Everything at once for a while: a fleet that is read and written while it is moved, copied, suspended, dropped, restored,
/// examined, joined and left. <c>TENANTRY_SOAK_TENANTS</c> and <c>TENANTRY_SOAK_MINUTES</c> say how large and how long.
/// </summary>
[Platform(Exclude = "Win", Reason = "Processes are stopped with kill.")]
internal sealed class SoakTests
{
    private static readonly int Tenants = int.Parse(Setting("TENANTRY_SOAK_TENANTS", "12"), CultureInfo.InvariantCulture);
    private static readonly TimeSpan Time = TimeSpan.FromMinutes(double.Parse(Setting("TENANTRY_SOAK_MINUTES", "0.05"), CultureInfo.InvariantCulture));
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private readonly SoakWorld world = new();

    [TearDown]
    public async Task CleanAsync() => await world.DisposeAsync();

    [Test, CancelAfter(7_200_000)]
    public async Task A_fleet_with_everything_at_once_keeps_each_row_in_its_org_and_stays_within_its_bounds(CancellationToken cancellationToken)
    {
        // Short enough that each connection is replaced many times, long enough that a backend sees much of the fleet.
        await world.StartAsync(Tenants, TimeSpan.FromSeconds(Math.Clamp((int)(Time.TotalSeconds / 20), 2, 60)), cancellationToken);
        await using var load = new Load(world.Client, world.Instances.Address, [.. world.Orgs]);
        var (work, sightings, watch) = (new SoakWork(world), new Sightings(world), new SoakWatch(world));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(Time);
        using var ended = new CancellationTokenSource();
        Task[] beside = [.. sightings.Start(ended.Token), watch.WatchAsync(ended.Token)];
        await Task.WhenAll(work.Start(over.Token));
        await ended.CancelAsync();
        await Task.WhenAll(beside);
        var attempts = (await load.EndAsync(cancellationToken)).Concat(work.Made.Attempts).ToList();

        await world.RunAsync("migrate");
        foreach (var check in (string[][])[["drift"], ["audit"], ["log", "verify"]]) await world.RunAsync(check);
        await using var admin = await world.OpenAsync(cancellationToken);
        var rows = new List<Kept>();
        foreach (var org in world.Orgs.Concat(work.Made.Orgs)) rows.AddRange(await SoakWorld.FindRowsAsync(admin, org) ?? []);
        await TellAsync(attempts.Count, load, sightings, watch);

        using var all = Assert.EnterMultipleScope();
        Assert.That(HistoryCheck.ListFaults(attempts, rows), Is.Empty);
        Assert.That(sightings.ListForeign(rows), Is.Empty);
        Assert.That(world.Faults, Is.Empty);
        Assert.That(
            load.Told.Keys.Select(told => told[(told.IndexOf(' ', StringComparison.Ordinal) + 1)..].Replace(" without Retry-After", "", StringComparison.Ordinal)).Concat(sightings.Told.Keys).Distinct(),
            Is.SubsetOf(new[] { "200", "201", "403 org.suspended", "404 org.not_found" }), "but for those taken out of service, nobody is refused");
        Assert.That(world.Done.Keys, Is.SupersetOf(new[] { "rollback", "migrate", "clone", "drop", "restore", "status", "drift", "audit", "org made", "member come and gone" }));
        Assert.That(watch.Backends, Is.GreaterThan(SoakWorld.DataPool), "connections are recycled");
        if (Time < Long) return;
        Assert.That((SoakWatch.Grows(watch.Service), SoakWatch.Grows(watch.Backend)), Is.EqualTo((false, false)), "what service and backends hold goes on growing");
    }

    private async Task TellAsync(int writes, Load load, Sightings sightings, SoakWatch watch)
    {
        static string List(IEnumerable<KeyValuePair<string, int>> counts) => string.Join(", ", counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Value} × {count.Key}"));
        static string Memory(IReadOnlyList<double> samples) => string.Join(" / ", SoakWatch.Thirds(samples).Select(megabytes => megabytes.ToString("0.0", CultureInfo.InvariantCulture)));
        await TestContext.Out.WriteLineAsync(
            $"""
            {Tenants} tenants, {Time.TotalMinutes:0.##} minutes, {writes} writes sent, {load.Acknowledged} acknowledged
            callers were told: {List(load.Told)}; of pages: {List(sightings.Told)}
            done meanwhile: {List(world.Done)}
            connections at most: {List(watch.Most)}; backends of the data login: {watch.Backends}
            memory in MB, median of each third: service {Memory(watch.Service)}, largest backend {Memory(watch.Backend)}
            {string.Join('\n', world.Faults.Take(20))}
            """);
    }

    private static string Setting(string name, string otherwise) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } given ? given : otherwise;
}

using Tenantry.Bench;
using Tenantry.Bench.Fleet;
using Tenantry.Bench.Growth;
using Tenantry.Bench.Neighbours;
using Tenantry.Bench.Requests;

var suites = new Dictionary<string, Func<BenchServer, BenchReport, CancellationToken, Task>>(StringComparer.Ordinal)
{
    ["provisioning"] = ProvisioningSuite.RunAsync,
    ["migration"] = MigrationSuite.RunAsync,
    ["scale"] = ScaleSuite.RunAsync,
    ["growth"] = GrowthSuite.RunAsync,
    ["readers"] = ReaderSuite.RunAsync,
    ["database"] = DatabaseSuite.RunAsync,
    ["http"] = HttpSuite.RunAsync,
    ["neighbours"] = NeighbourSuite.RunAsync,
};

// A process that the suite of neighbours starts.
if (args is [Flood.Command, var authority, var token, var path, var perSecond])
{
    await Flood.RunAsync(authority, token, path, int.Parse(perSecond, System.Globalization.CultureInfo.InvariantCulture));
    return 0;
}

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interrupted.Cancel();
};

var chosen = args.Length == 0 ? suites.Keys.ToArray() : args;
if (chosen.FirstOrDefault(name => !suites.ContainsKey(name)) is { } unknown)
{
    await Console.Error.WriteLineAsync($"There is no suite {unknown}: choose from {string.Join(", ", suites.Keys)}.");
    return 2;
}

await using var server = await BenchServer.StartAsync(interrupted.Token);
foreach (var name in chosen)
{
    var report = new BenchReport(name, await server.DescribeAsync(interrupted.Token));
    await suites[name](server, report, interrupted.Token);
    report.Write();
}

return 0;

using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Bench.Fleet;

/// <summary>What the same work costs in a small fleet and in a large one.</summary>
internal static class ScaleSuite
{
    private const int Small = 100, Large = 10_000, Rounds = 15, Moved = 50;

    public static async Task RunAsync(BenchServer server, BenchReport report, CancellationToken cancellationToken)
    {
        await using var database = await BenchDatabase.CreateAsync(server, BenchScripts.Ten, cancellationToken);
        await database.AddOrgsAsync(1, Small, cancellationToken);
        var small = await MeasureAsync(database, 0, cancellationToken);
        var large = BenchServer.Size("BENCH_LARGE", Large);
        for (var done = Small; done < large; done += 1000)
        {
            BenchReport.Say($"{done} of {large} tenants are made");
            await database.AddOrgsAsync(done + 1, Math.Min(1000, large - done), cancellationToken);
        }

        await database.AdminAsync("vacuum analyze", cancellationToken);
        var many = await MeasureAsync(database, 1, cancellationToken);
        foreach (var (title, unit) in new[] { ("migrate with nobody behind", "ms"), ("status", "ms"), ("create one org", "ms"), ("one new script, a tenant", "ms") })
        {
            string Name(int tenants) => $"{tenants} tenants";
            report.Add(title, unit, Name(Small), [new(Name(Small), small[title]), new(Name(large), many[title])]);
        }
    }

    private static async Task<Dictionary<string, IReadOnlyList<double>>> MeasureAsync(BenchDatabase database, int pass, CancellationToken cancellationToken)
    {
        var made = 0;
        var registry = new TenantRegistry(database.Owner);
        var rows = await Stopwatched.InTurnAsync(
            Rounds,
            [
                ("migrate with nobody behind", () => new FleetMigrator(database.Owner, BenchScripts.Ten).MigrateAsync(new FleetOptions(), null, cancellationToken)),
                ("status", async () =>
                {
                    await registry.CountByVersionAsync(cancellationToken);
                    await registry.ListFailedAsync(cancellationToken);
                }),
                ("create one org", () => database.AddOrgAsync($"late-{pass}-{++made}", cancellationToken)),
            ],
            cancellationToken);
        var measured = rows.ToDictionary(row => row.Variant, row => row.Runs);

        // The oldest fifty, one at a time; then back, so that nobody is behind or ahead.
        var some = new FleetOptions { Only = [.. Enumerable.Range(1, Moved).Select(number => Slug.Parse($"org-{number}"))], Parallel = 1 };
        var script = new ScriptSet(BenchScripts.Ten.Scripts.Append(new MigrationScript(11, "0011_add_column", "alter table t1 add extra text;", "alter table t1 drop extra;")));
        var fleet = new FleetMigrator(database.Owner, script);
        var took = new List<double>();
        for (var round = 0; round < 5; round++)
        {
            took.Add(await Stopwatched.MillisecondsAsync(() => fleet.MigrateAsync(some, null, cancellationToken)) / Moved);
            await fleet.RollBackAsync(some with { Target = 10 }, null, cancellationToken);
        }

        measured["one new script, a tenant"] = took;
        return measured;
    }
}

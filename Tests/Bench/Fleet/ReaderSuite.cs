using Dapper;
using Npgsql;
using Tenantry.Migrations.Fleet;

namespace Tenantry.Bench.Fleet;

/// <summary>Readers of a table that a migration wants while somebody reads it for long.</summary>
internal static class ReaderSuite
{
    private const int Readers = 4;
    private static readonly TimeSpan HeldFor = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(BenchServer server, BenchReport report, CancellationToken cancellationToken)
    {
        await using var database = await BenchDatabase.CreateAsync(server, BenchScripts.Ten, cancellationToken);
        var rows = new List<Measured>();
        foreach (var (name, timeout) in new (string, TimeSpan?)[]
        {
            ("no migration", null), ("--lock-timeout 100ms, the default", TimeSpan.FromMilliseconds(100)), ("--lock-timeout 1s", TimeSpan.FromSeconds(1)), ("no lock timeout", TimeSpan.FromMinutes(1)),
        })
        {
            var org = await database.AddOrgAsync($"org-{rows.Count + 1}", cancellationToken);
            BenchReport.Say(name);
            rows.Add(new Measured(name, await ReadAsync(database, Tenancy.SchemaName.For(org).Value, timeout, cancellationToken)));
        }

        Measured At(Measured row, double share)
        {
            var sorted = row.Runs.Order().ToList();
            return new(row.Variant, [sorted[(int)(share * (sorted.Count - 1))]]);
        }

        report.Add("A read beside a long reader, 99th percentile", "ms", rows[0].Variant, [.. rows.Select(row => At(row, 0.99))]);
        report.Add("A read beside a long reader, the slowest", "ms", rows[0].Variant, [.. rows.Select(row => At(row, 1))]);
    }

    private static async Task<IReadOnlyList<double>> ReadAsync(BenchDatabase database, string schema, TimeSpan? lockTimeout, CancellationToken cancellationToken)
    {
        await using var longReader = new NpgsqlConnection(database.Admin);
        await longReader.OpenAsync(cancellationToken);
        await using var reading = await longReader.BeginTransactionAsync(cancellationToken);
        await longReader.ExecuteAsync($"select count(*) from {schema}.t1");

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var readers = Enumerable.Range(0, Readers).Select(_ => Task.Run(async () =>
        {
            var took = new List<double>();
            await using var connection = new NpgsqlConnection(database.Admin);
            await connection.OpenAsync(cancellationToken);
            while (!over.IsCancellationRequested)
            {
                took.Add(await Stopwatched.MillisecondsAsync(() => connection.ExecuteScalarAsync($"select name from {schema}.t1 where id = '00000000-0000-0000-0000-000000000000'")));
                // A caller now and then, not a queue of its own.
                await Task.Delay(5, cancellationToken);
            }

            return took;
        })).ToList();
        var migrating = lockTimeout is { } limit
            ? new FleetMigrator(database.Owner, BenchScripts.WithColumn).MigrateAsync(new FleetOptions { LockTimeout = limit, Attempts = 200 }, null, cancellationToken)
            : null;
        await Task.Delay(HeldFor, cancellationToken);
        await reading.RollbackAsync(cancellationToken);
        if (migrating is not null && (await migrating).Failed.Count > 0) throw new InvalidOperationException("The migration failed.");
        await over.CancelAsync();
        return [.. (await Task.WhenAll(readers)).SelectMany(took => took)];
    }
}

using System.Diagnostics;
using Dapper;
using Npgsql;
using Tenantry.Migrations.Fleet;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Bench.Fleet;

/// <summary>One added column on a fleet, against the same DDL with the same workers and nothing around it.</summary>
internal static class MigrationSuite
{
    private const int Tenants = 1000, Workers = 4, Rounds = 5, Sample = 20;

    public static async Task RunAsync(BenchServer server, BenchReport report, CancellationToken cancellationToken)
    {
        await using var database = await BenchDatabase.CreateAsync(server, BenchScripts.Ten, cancellationToken);
        BenchReport.Say($"making {Tenants} tenants");
        await database.AddOrgsAsync(1, Tenants, cancellationToken);
        var schemas = await database.ListSchemasAsync(cancellationToken);
        var (ours, column) = (BenchScripts.Ten, 0);

        async Task MigrateAsync()
        {
            ours = new ScriptSet(ours.Scripts.Append(new MigrationScript(ours.Newest + 1, $"{ours.Newest + 1:0000}_add_column", $"alter table t1 add c{++column} text;", null)));
            var done = await new FleetMigrator(database.Owner, ours).MigrateAsync(new FleetOptions { Parallel = Workers }, null, cancellationToken);
            if (done.Migrated.Count != Tenants) throw new InvalidOperationException($"{done.Migrated.Count} of {Tenants} were migrated.");
        }

        Task RawAsync()
        {
            column++;
            return Parallel.ForEachAsync(schemas, new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = cancellationToken }, async (schema, token) =>
            {
                await using var connection = await database.Owner.OpenAsync(token);
                await connection.ExecuteAsync($"begin; set local search_path = {schema}; set local lock_timeout = 100; alter table t1 add c{column} text; commit;");
            });
        }

        Task LoopAsync() => database.AdminAsync(
            $"do $$ declare s text; begin for s in select schema_name from public.tenants loop execute format('alter table %I.t1 add c{++column} text', s); end loop; end $$", cancellationToken);

        // Other tenants in each round: as in a deployment, each connection string is new to the process. Each has the ten scripts
        // in DbUp's journal already, in which only the new one is missing.
        foreach (var schema in schemas.Take(Sample * (Rounds + 1))) await PreparePlainAsync(database, schema);
        var round = 0;
        Task PlainAsync()
        {
            var plain = BenchScripts.With($"alter table t1 add c{++column} text;");
            foreach (var schema in schemas.Skip(Sample * round++).Take(Sample)) PlainDbUp.Upgrade(database.Database.Logins.Owner, schema, plain);
            return Task.CompletedTask;
        }

        var rows = await Stopwatched.InTurnAsync(
            Rounds,
            [
                ($"raw DDL, {Workers} workers, a transaction each", RawAsync),
                ($"tenantry migrate --parallel {Workers}", MigrateAsync),
                ("a loop in the server, one transaction", LoopAsync),
                ("DbUp in a loop", PlainAsync),
            ],
            cancellationToken);
        Measured Per(int index, string variant, double tenants) => new(variant, [.. rows[index].Runs.Select(took => took / 1000 * Tenants / tenants)]);
        report.Add(
            $"One added column on {Tenants} tenants", "s", rows[0].Variant,
            [
                Per(0, rows[0].Variant, Tenants), Per(1, rows[1].Variant, Tenants), Per(2, rows[2].Variant, Tenants),
                Per(3, $"DbUp, a connection string a tenant (from {Sample} of them)", Sample),
            ]);

        // What it holds on to: the same run again and again.
        var memory = new List<double>();
        for (var run = 0; run < Rounds; run++)
        {
            await MigrateAsync();
            GC.Collect();
            memory.Add(Process.GetCurrentProcess().WorkingSet64 / 1048576.0);
        }

        report.Add("Memory of the process after each of further runs", "MB", "first", [new("first", [memory[0]]), new("last", [memory[^1]])]);
    }

    private static async Task PreparePlainAsync(BenchDatabase database, string schema) => await database.AdminAsync(
        $"""
        create table {schema}.schemaversions (schemaversionsid serial primary key, scriptname varchar(255) not null, applied timestamp not null);
        insert into {schema}.schemaversions (scriptname, applied) select name, now() from {schema}.migration_journal;
        grant all on {schema}.schemaversions, {schema}.schemaversions_schemaversionsid_seq to {new NpgsqlConnectionStringBuilder(database.Database.Logins.Owner).Username};
        """,
        CancellationToken.None);
}

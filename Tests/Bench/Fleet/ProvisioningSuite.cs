using Dapper;
using Tenantry.Tenancy;

namespace Tenantry.Bench.Fleet;

/// <summary>What one tenant costs to make, against the same DDL with nothing around it.</summary>
internal static class ProvisioningSuite
{
    private const int Rounds = 40;

    public static async Task RunAsync(BenchServer server, BenchReport report, CancellationToken cancellationToken)
    {
        await using var database = await BenchDatabase.CreateAsync(server, BenchScripts.Ten, cancellationToken);
        await using var owner = await database.Owner.OpenAsync(cancellationToken);
        var made = 0;

        string Frame(SchemaName schema) =>
            $"""
            select tenancy.create_tenant_role('{schema}');
            create schema {schema};
            grant usage on schema {schema} to {schema};
            alter default privileges in schema {schema} grant select, insert, update, delete on tables to {schema};
            set local search_path = {schema};
            """;

        Task RawAsync()
        {
            var schema = SchemaName.For(Guid.CreateVersion7());
            return owner.ExecuteAsync($"begin; {Frame(schema)} {string.Join('\n', BenchScripts.Ten.Scripts.Select(script => script.Sql))} commit;");
        }

        async Task DbUpAsync()
        {
            var schema = SchemaName.For(Guid.CreateVersion7());
            await owner.ExecuteAsync($"begin; {Frame(schema)} commit;");
            PlainDbUp.Upgrade(database.Database.Logins.Owner, schema.Value, BenchScripts.Ten);
        }

        // Its own, so that nobody else takes a spare.
        await using var warm = await BenchDatabase.CreateAsync(server, BenchScripts.Ten, cancellationToken);
        foreach (var fleet in (int[])[0, 1000])
        {
            await warm.Database.Provisioner.Spares.FillAsync(Rounds + 1, cancellationToken);
            if (fleet > 0) await database.AddOrgsAsync(100_000, fleet, cancellationToken);
            var rows = await Stopwatched.InTurnAsync(
                Rounds,
                [
                    ("raw DDL: role, schema, 12 tables, grants", RawAsync),
                    ("an org: the same with registry, admin, journal, log", () => database.AddOrgAsync($"org-{++made}", cancellationToken)),
                    ("an org from the warm pool", () => warm.AddOrgAsync($"warm-{++made}", cancellationToken)),
                    ("DbUp as it comes, 10 scripts", DbUpAsync),
                ],
                cancellationToken);
            report.Add($"One tenant made, 12 tables from 10 scripts, beside {fleet} others", "ms", rows[0].Variant, rows);
        }
    }
}

using Npgsql;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Bench.Neighbours;

/// <summary>
/// Three quiet orgs beside a loud one, on a service with the limits as they come and on one with limits as wide as they go, in
/// turns: what a read of the quiet ones takes, from when it was due.
/// </summary>
internal static class NeighbourSuite
{
    private const string Nobody = "nobody else", Flooding = "one that floods", Loud = "loud", Page = "/projects?limit=20";
    private const int Quiet = 3, PerSecond = 30, Projects = 50;
    private static readonly int Turns = BenchServer.Size("BENCH_TURNS", 7), FloodPerSecond = BenchServer.Size("BENCH_FLOOD", 2000);
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(5), Settling = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(BenchServer server, BenchReport report, CancellationToken cancellationToken)
    {
        await using var database = await BenchDatabase.CreateAsync(server, ScriptSet.Tenant, cancellationToken);
        string[] quiet = [.. Enumerable.Range(1, Quiet).Select(number => $"quiet-{number}")];
        foreach (var org in quiet) await AddOrgAsync(database, org, cancellationToken);
        var loud = await AddOrgAsync(database, Loud, cancellationToken);
        await PrepareAsync(database, loud, cancellationToken);

        await using var narrow = await ServiceProcess.StartAsync(database, new Dictionary<string, string>(), cancellationToken);
        await using var wide = await ServiceProcess.StartAsync(database, ServiceProcess.NoLimits, cancellationToken);
        var sides = new List<(string Limits, ServiceProcess Service, OpenLoop Loop, string Loud)>();
        foreach (var (limits, service) in ((string, ServiceProcess)[])[("limits as they come", narrow), ("as wide as they go", wide)])
        {
            var callers = new List<(string, string)>();
            foreach (var org in quiet) callers.Add((await service.AddAdminAsync(org, cancellationToken), $"/api/orgs/{org}{Page}"));
            sides.Add((limits, service, new OpenLoop(service.Address, callers, PerSecond), await service.AddAdminAsync(Loud, cancellationToken)));
        }

        var (half, most, told) = (new Dictionary<string, List<double>>(), new Dictionary<string, List<double>>(), new Dictionary<string, List<double>>());
        // The first turn of each warms up.
        for (var turn = -1; turn < Turns; turn++)
        {
            BenchReport.Say($"turn {turn + 1} of {Turns}");
            foreach (var neighbour in (string[])[Nobody, Flooding, "one that sleeps in SQL", "one whose table is locked"])
                foreach (var (limits, service, loop, token) in sides)
                {
                    await using var held = await DisturbAsync(database, loud, neighbour, cancellationToken);
                    await using var flood = neighbour == Nobody ? null : Flood.Start(service.Address, token, $"/api/orgs/{Loud}{Page}", neighbour == Flooding ? FloodPerSecond : 100);
                    var took = (await loop.RunAsync(Settling, Turn, cancellationToken)).Order().ToList();
                    var (sent, served, refused) = flood is null ? default : await flood.EndAsync(cancellationToken);
                    await CalmAsync(database, loud, neighbour, held, cancellationToken);
                    if (turn < 0) continue;
                    Note(half, $"{neighbour}, {limits}", took[took.Count / 2]);
                    Note(most, $"{neighbour}, {limits}", took[(int)(0.99 * (took.Count - 1))]);
                    if (neighbour != Flooding) continue;
                    foreach (var (what, figure) in ((string, double)[])[("sent", sent), ("served", served), ("refused", refused)]) Note(told, $"{what}, {limits}", figure);
                }
        }

        foreach (var (_, _, loop, _) in sides) loop.Dispose();
        report.Add($"A quiet org's read beside {Nobody} and beside a loud one, median of a turn", "ms", $"{Nobody}, limits as they come", Rows(half));
        report.Add($"A quiet org's read beside {Nobody} and beside a loud one, 99th percentile of a turn", "ms", $"{Nobody}, limits as they come", Rows(most));
        report.Add("What becomes of the flood", "/s", "sent, limits as they come", Rows(told));

        static void Note(Dictionary<string, List<double>> runs, string variant, double figure) => (runs.TryGetValue(variant, out var there) ? there : runs[variant] = []).Add(figure);
        static IReadOnlyList<Measured> Rows(Dictionary<string, List<double>> runs) => [.. runs.Select(variant => new Measured(variant.Key, variant.Value))];
    }

    private static async Task<string> AddOrgAsync(BenchDatabase database, string org, CancellationToken cancellationToken)
    {
        var schema = SchemaName.For(await database.AddOrgAsync(org, cancellationToken)).Value;
        await database.AdminAsync(
            $"insert into {schema}.projects (id, name, description, created_by) select gen_random_uuid(), 'Project ' || n, repeat('x', 60), @UserId from generate_series(1, {Projects}) n", cancellationToken);
        return schema;
    }

    // A tenant may not call pg_sleep; and what sleeps is cut off after two seconds, as its plan says.
    private static Task PrepareAsync(BenchDatabase database, string loud, CancellationToken cancellationToken) => database.AdminAsync(
        $"""
        create function {loud}.doze() returns boolean language sql volatile security definer as 'select pg_sleep(10) is not null';
        grant execute on function {loud}.doze() to {loud};
        insert into public.plans (name, statement_timeout) values ('slow', '2s');
        update public.tenants set plan = 'slow' where schema_name = '{loud}';
        """, cancellationToken);

    private static async Task<NpgsqlConnection> DisturbAsync(BenchDatabase database, string loud, string neighbour, CancellationToken cancellationToken)
    {
        var holder = new NpgsqlConnection(database.Admin);
        await holder.OpenAsync(cancellationToken);
        var sql = neighbour.Contains("locked", StringComparison.Ordinal) ? $"begin; lock table {loud}.projects"
            : neighbour.Contains("sleeps", StringComparison.Ordinal) ? $"alter table {loud}.projects rename to kept; create view {loud}.projects as select k.* from {loud}.kept k where (select {loud}.doze()); grant select on {loud}.projects to {loud}"
            : "select 1";
        await using var command = new NpgsqlCommand(sql, holder);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return holder;
    }

    private static async Task CalmAsync(BenchDatabase database, string loud, string neighbour, NpgsqlConnection held, CancellationToken cancellationToken)
    {
        await held.CloseAsync();
        if (neighbour.Contains("sleeps", StringComparison.Ordinal)) await database.AdminAsync($"drop view {loud}.projects; alter table {loud}.kept rename to projects", cancellationToken);
    }
}

using Dapper;
using Npgsql;

namespace Tenantry.Bench.Growth;

/// <summary>What the number of tenants makes larger or slower: catalog, first queries, backends, the service.</summary>
internal static class GrowthSuite
{
    private const int Rounds = 15, Backends = 3, Requests = 10_000, Callers = 8, Turns = 5;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2), ShortLife = TimeSpan.FromSeconds(2), Watched = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(BenchServer server, BenchReport report, CancellationToken cancellationToken)
    {
        var largest = BenchServer.Size("BENCH_LARGE", 10_000);
        await using var fleet = await GrowthFleet.CreateAsync(server, cancellationToken);
        var tables = new GrowthTables();
        foreach (var size in new[] { 100, 1000, largest }.Where(size => size <= largest).Distinct())
        {
            await fleet.GrowAsync(size, cancellationToken);
            var variant = $"{size} tenants";
            BenchReport.Say($"measuring {variant}");
            await using var admin = await fleet.OpenAdminAsync(cancellationToken);
            await SizeAsync(tables, variant, fleet, admin);
            await FirstQueryAsync(tables, variant, fleet, cancellationToken);
            await BackendsAsync(tables, variant, fleet, admin, size == largest, cancellationToken);
            await ManyCallersAsync(tables, variant, fleet, cancellationToken);
            await ServiceAsync(tables, variant, fleet, cancellationToken);
        }

        tables.Report(report);
    }

    private static async Task SizeAsync(GrowthTables tables, string variant, GrowthFleet fleet, NpgsqlConnection admin)
    {
        async Task AddAsync(string title, string unit, string sql) => tables.Add(title, unit, variant, [await admin.ExecuteScalarAsync<double>(sql)]);
        await AddAsync("Rows of pg_class", "rows", "select count(*)::float8 from pg_class");
        await AddAsync("The system catalog, with its indexes", "MB", "select sum(pg_total_relation_size(oid)) / 1048576.0::float8 from pg_class where relnamespace = 'pg_catalog'::regnamespace and relkind = 'r'");
        await AddAsync("The whole database, a tenant", "kB", $"select pg_database_size(current_database()) / 1024.0::float8 / {fleet.Tenants}");
    }

    private static async Task FirstQueryAsync(GrowthTables tables, string variant, GrowthFleet fleet, CancellationToken cancellationToken)
    {
        await using var database = fleet.Open(Rounds + 1);
        // The process's first connection also loads the types.
        await using (var types = fleet.Connect(database, 0))
        {
            await types.OpenAsync(cancellationToken);
            await using var kept = await types.BeginTransactionAsync(cancellationToken);
            await fleet.ReadAsync(types, 0);
            var held = new List<(IAsyncDisposable Connection, IAsyncDisposable Transaction)>();
            var (opening, first) = (new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                var connection = fleet.Connect(database, 0);
                // All those before are held, so that this one is new.
                opening.Add(await Stopwatched.MillisecondsAsync(() => connection.OpenAsync(cancellationToken)));
                var transaction = await connection.BeginTransactionAsync(cancellationToken);
                held.Add((connection, transaction));
                first.Add(await Stopwatched.MillisecondsAsync(() => fleet.ReadAsync(connection, 0)));
            }

            foreach (var (connection, transaction) in held)
            {
                await transaction.DisposeAsync();
                await connection.DisposeAsync();
            }

            tables.Add("A connection opened", "ms", variant, opening);
            tables.Add("The first query of a new connection, opening apart", "ms", variant, first);
        }

        await using var warm = fleet.Open(1);
        for (var round = 0; round < Rounds; round++) await fleet.ReadAsync(warm, 0);
        var afterGrant = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            await fleet.AddLateAsync(cancellationToken);
            afterGrant.Add(await Stopwatched.MillisecondsAsync(() => fleet.ReadAsync(warm, 0)));
        }

        tables.Add("The first query of a used connection after a tenant was made", "ms", variant, afterGrant);
    }

    private static async Task BackendsAsync(GrowthTables tables, string variant, GrowthFleet fleet, NpgsqlConnection admin, bool last, CancellationToken cancellationToken)
    {
        var memory = new SortedDictionary<int, List<double>>();
        var (first, later) = (new List<double>(), new List<double>());
        var slowest = new List<double>();
        for (var backend = 0; backend < Backends; backend++)
        {
            await using var database = fleet.Open(1);
            for (var tenant = 0; tenant < fleet.Tenants; tenant++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var took = await Stopwatched.MillisecondsAsync(() => fleet.ReadAsync(database, tenant));
                // Before them the connection was opened, and its statements were not prepared yet.
                if (tenant >= 10) first.Add(took);
                if (tenant + 1 is not (1 or 100 or 1000) && tenant + 1 != fleet.Tenants) continue;
                if (!memory.TryGetValue(tenant + 1, out var seen)) memory[tenant + 1] = seen = [];
                seen.AddRange(await BackendMemory.ListAsync(admin));
            }

            // The connection has served every tenant by now.
            var turn = await Latencies.MeasureAsync(1, Turn, fleet.Tenants, backend, tenant => fleet.ReadAsync(database, tenant));
            later.AddRange(turn);
            slowest.Add(Latencies.At(turn, 0.99));
        }

        tables.Add("A read, one caller, the connection's first of a tenant", "ms", variant, first);
        tables.Add("A read, one caller, the connection has served all tenants", "ms", variant, later);
        tables.Add("The same, 99th percentile", "ms", variant, slowest);
        tables.Add("Memory of a backend that has served one tenant", "MB", variant, memory[1]);
        if (!last) return;

        foreach (var (tenants, seen) in memory) tables.Add($"Memory of a backend among {variant}, by how many it has served", "MB", $"{tenants} served", seen);
        await using var shortLived = fleet.Open(1, ShortLife);
        var watched = new List<double>();
        var started = TimeProvider.System.GetTimestamp();
        for (var read = 0; TimeProvider.System.GetElapsedTime(started) < Watched; read++)
        {
            await fleet.ReadAsync(shortLived, read % fleet.Tenants);
            if (read % 100 == 99) watched.AddRange(await BackendMemory.ListAsync(admin));
        }

        tables.Add($"Memory of a backend among {variant}, by how many it has served", "MB", $"all in turn, connections living {ShortLife.TotalSeconds:0} s", watched);
    }

    private static async Task ManyCallersAsync(GrowthTables tables, string variant, GrowthFleet fleet, CancellationToken cancellationToken)
    {
        await using var database = fleet.Open(Callers);
        var (all, slowest) = (new List<double>(), new List<double>());
        for (var round = -1; round < Turns; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var turn = await Latencies.MeasureAsync(Callers, Turn, fleet.Tenants, round, tenant => fleet.ReadAsync(database, tenant));
            // The first opens the connections.
            if (round < 0) continue;
            all.AddRange(turn);
            slowest.Add(Latencies.At(turn, 0.99));
        }

        tables.Add($"A read, {Callers} callers, all tenants evenly", "ms", variant, all);
        tables.Add($"The same with {Callers} callers, 99th percentile", "ms", variant, slowest);
    }

    private static async Task ServiceAsync(GrowthTables tables, string variant, GrowthFleet fleet, CancellationToken cancellationToken)
    {
        await using var service = await ServiceProcess.StartAsync(fleet.Database, new Dictionary<string, string>(ServiceProcess.NoLimits) { ["Tenancy__DataPoolSize"] = "8" }, cancellationToken);
        using var client = await service.CreateClientAsync(cancellationToken);
        var memory = new List<double>();
        for (var turn = 0; turn < 3; turn++)
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = cancellationToken }, async (request, token) =>
                await client.GetByteArrayAsync($"/api/orgs/org-{(request % fleet.Tenants) + 1}/projects?limit=1", token));
            memory.Add(service.Memory);
        }

        tables.Add($"Memory of the service after {Requests}, {2 * Requests} and {3 * Requests} requests over all tenants", "MB", variant, memory);
    }
}

using System.Collections.Concurrent;
using Npgsql;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Migrations.Fleet;

/// <summary>
/// One run over tenants: ring after ring, several tenants at once, those that another runner has at the end of their ring. Used once.
/// </summary>
internal sealed class FleetRun(TenantMover mover, FleetOptions options, IProgress<TenantMigration>? progress, CancellationToken cancellationToken)
{
    private readonly Lock gate = new();
    private readonly List<TenantMigration> migrated = [];
    private readonly List<TenantMigration> failed = [];
    private int elsewhere;
    private volatile string? stopped;

    private bool MustStop => stopped is not null || cancellationToken.IsCancellationRequested;

    public async Task<FleetReport> RunAsync(IReadOnlyList<TenantRecord> tenants)
    {
        var begun = 0;
        foreach (var (name, ring) in FleetRings.Split(tenants, options))
        {
            if (MustStop) break;
            var busy = await RunAsync(ring, waitForOthers: false);
            if (!busy.IsEmpty) await RunAsync(busy, waitForOthers: true);
            begun += ring.Count;
            if (failed.Count > 0 && begun < tenants.Count) stopped ??= $"A tenant of {name} failed.";
        }

        return new FleetReport(migrated, failed, tenants.Count - migrated.Count - failed.Count - elsewhere) { Elsewhere = elsewhere, Stopped = stopped };
    }

    private async Task<ConcurrentQueue<TenantRecord>> RunAsync(IReadOnlyCollection<TenantRecord> ring, bool waitForOthers)
    {
        var busy = new ConcurrentQueue<TenantRecord>();
        var pipeline = TenantRetry.Create(options, waitForOthers);
        // Not the run's token: it would break off what is begun.
        await Parallel.ForEachAsync(ring, new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = CancellationToken.None }, async (tenant, _) =>
        {
            if (MustStop) return;
            var attempts = 0;
            var started = TimeProvider.System.GetTimestamp();
            try
            {
                var move = await pipeline.ExecuteAsync(async _ =>
                {
                    attempts++;
                    return await mover.MoveAsync(tenant);
                }, cancellationToken);
                if (move == TenantMove.Busy) busy.Enqueue(tenant);
                else if (move == TenantMove.Elsewhere) Interlocked.Increment(ref elsewhere);
                else Report(migrated, Describe(tenant, attempts), started);
            }
            catch (OperationCanceledException)
            {
                // In a pause between two attempts: nothing is in hand.
            }
            catch (Exception error) when (error is MigrationFailedException or NpgsqlException)
            {
                await FailAsync(tenant, attempts, error, started);
            }
        });
        return busy;
    }

    private async Task FailAsync(TenantRecord tenant, int attempts, Exception error, long started)
    {
        try
        {
            if (await mover.RecordFailureAsync(tenant, error.Message)) Report(failed, Describe(tenant, attempts, error), started);
            else Interlocked.Increment(ref elsewhere);
        }
        catch (NpgsqlException)
        {
            // Every further tenant would wait for it as long as this one did.
            Report(failed, Describe(tenant, attempts, error), started);
            stopped ??= "The database does not answer any more.";
        }
    }

    private void Report(List<TenantMigration> list, TenantMigration migration, long started)
    {
        MigrationsTelemetry.Migrated(TimeProvider.System.GetElapsedTime(started), failed: list == failed);
        lock (gate)
        {
            list.Add(migration);
            if (failed.Count >= options.MaxFailures) stopped ??= $"{failed.Count} tenants failed, and --max-failures allows no more.";
            progress?.Report(migration);
        }
    }

    private TenantMigration Describe(TenantRecord tenant, int attempts, Exception? error = null)
    {
        var script = error as MigrationFailedException;
        return new TenantMigration(tenant.Slug, tenant.SchemaName, tenant.Version, mover.Target, script?.Script, error?.Message)
        {
            Line = script?.Line,
            Statement = script?.Statement,
            SqlState = script?.SqlState ?? (error as PostgresException)?.SqlState,
            Attempts = attempts,
        };
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Provisioning;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Migrations.Fleet;

/// <summary>
/// Takes one tenant to a version: scripts, journal, the registry's version and the log row are one transaction, under the tenant's
/// lock. A script that runs in no transaction stands between two of them, which the same lock keeps together.
/// </summary>
/// <param name="database">The owner's pool.</param>
/// <param name="target">The version.</param>
/// <param name="lockTimeout">How long a statement waits for a lock.</param>
/// <param name="plan">What is to run, by what has run.</param>
internal sealed class TenantMover(
    OwnerDatabase database, int target, TimeSpan lockTimeout, Func<IReadOnlyDictionary<string, string>, IReadOnlyList<MigrationStep>> plan) : IAsyncDisposable
{
    private const string Reach = "update public.tenants set version = $1, last_attempt_at = now(), last_error = null where id = $2";

    private const string Settle =
        """
        update public.tenants set version = @target, last_attempt_at = now(), last_error = null
        where id = @Id and (version <> @target or last_error is not null)
        """;

    private const string Fail = "update public.tenants set last_attempt_at = now(), last_error = @error where id = @Id";

    // Most tenants of a fleet have had the same scripts: what those lack is thought of once.
    private readonly ConcurrentDictionary<string, IReadOnlyList<MigrationStep>> plans = new(StringComparer.Ordinal);

    // Kept from tenant to tenant: the pool would reset each in between, and the server plan everything anew. What a tenant is
    // given is set for its transaction only.
    private readonly ConcurrentBag<NpgsqlConnection> connections = [];

    public int Target => target;

    /// <summary>One attempt, which nothing cancels: what is begun is finished or undone.</summary>
    /// <exception cref="MigrationFailedException">A script failed.</exception>
    /// <exception cref="NpgsqlException">The database did.</exception>
    public async Task<TenantMove> MoveAsync(TenantRecord tenant)
    {
        if (!connections.TryTake(out var connection)) connection = await database.OpenAsync(CancellationToken.None);
        try
        {
            var move = await MoveAsync(connection, tenant);
            connections.Add(connection);
            return move;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gives the connections back to the pool.</summary>
    public async ValueTask DisposeAsync()
    {
        while (connections.TryTake(out var connection)) await connection.DisposeAsync();
    }

    private async Task<TenantMove> MoveAsync(NpgsqlConnection connection, TenantRecord tenant)
    {
        var schema = SchemaName.Parse(tenant.SchemaName);
        while (true)
        {
            await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
            if (await SchemaLock.TryTakeAsync(connection, schema.Value, TenantSchema.SearchPath(schema), lockTimeout, CancellationToken.None) is not { } applied)
                return TenantMove.Busy;
            var steps = plans.GetOrAdd(string.Join('\n', applied.Select(script => $"{script.Key} {script.Value}").Order(StringComparer.Ordinal)), _ => plan(applied));
            if (steps.Count == 0)
            {
                var settled = await connection.ExecuteAsync(Settle, new { target, tenant.Id }) > 0;
                await transaction.CommitAsync(CancellationToken.None);
                return settled ? TenantMove.Done : TenantMove.Elsewhere;
            }

            var (ran, batch) = await PrepareAsync(connection, schema, steps);
            var reached = ran == steps.Count ? target : steps[ran - 1].Reaches;
            batch.Add(Reach, reached, tenant.Id);
            batch.Add(LogRow(tenant, reached));
            await batch.RunAsync(CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
            if (ran == steps.Count) return TenantMove.Done;
        }
    }

    /// <summary>Keeps the error in the registry; false when the tenant is gone, and its error does not matter.</summary>
    public async Task<bool> RecordFailureAsync(TenantRecord tenant, string error)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        return await connection.ExecuteAsync(Fail, new { tenant.Id, error }) > 0;
    }

    // The scripts up to the next that runs alone, or that one, which has then run.
    private async Task<(int Ran, ScriptBatch Batch)> PrepareAsync(NpgsqlConnection connection, SchemaName schema, IReadOnlyList<MigrationStep> steps)
    {
        var batch = new ScriptBatch(connection);
        if (!steps[0].RunsAlone)
        {
            var together = steps.TakeWhile(step => !step.RunsAlone).ToList();
            foreach (var step in together) batch.Add(schema.Value, step);
            return (together.Count, batch);
        }

        // The transaction goes on holding the lock. It has no snapshot meanwhile, so that nothing waits for it.
        await using var alone = await database.OpenAsync(CancellationToken.None);
        await LoneScript.RunAsync(alone, TenantSchema.SearchPath(schema), lockTimeout, steps[0], CancellationToken.None);
        batch.AddEntry(schema.Value, steps[0]);
        return (1, batch);
    }

    private static NpgsqlBatchCommand LogRow(TenantRecord tenant, int reached)
    {
        var command = new NpgsqlBatchCommand();
        AuditLog.Append(command, new AuditEntry(AuditAction.TenantMigrated, null, tenant.Id)
        {
            Details = new Dictionary<string, string> { ["version"] = reached.ToString(CultureInfo.InvariantCulture) },
        });
        return command;
    }
}

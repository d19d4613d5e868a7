using Npgsql;

namespace Tenantry.Migrations.Scripting;

/// <summary>Takes one schema to a version, inside a transaction of the caller's.</summary>
internal static class SchemaMigrator
{
    /// <summary>
    /// Runs the scripts that the schema lacks, up to <paramref name="target"/>, under a lock that the transaction holds, so that
    /// of several runners one works and the others find nothing left to do. Answers how many ran.
    /// </summary>
    /// <exception cref="MigrationFailedException">A script failed, or one that has run was edited since.</exception>
    public static async Task<int> MigrateAsync(
        NpgsqlConnection connection, string schema, string searchPath, ScriptSet set, int target, CancellationToken cancellationToken)
    {
        var applied = await ReadJournalAsync(connection, schema, searchPath, cancellationToken);
        if (set.Scripts.FirstOrDefault(script => applied.TryGetValue(script.Name, out var checksum) && checksum != script.Checksum) is { } edited)
            throw new MigrationFailedException($"Script {edited.Name} was edited after it ran: restore it and write a new one.", edited.Name, null);

        var plan = DbUpPlan.Make(set.Scripts.Take(target), applied.Keys);
        if (plan.Count == 0) return 0;

        foreach (var script in set.Scripts.IntersectBy(plan, script => script.Name, StringComparer.Ordinal))
        {
            await using var command = new NpgsqlCommand(Journal.Wrap(schema, script, Environment.MachineName), connection);
            try
            {
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
            catch (PostgresException error)
            {
                throw new MigrationFailedException($"Script {script.Name} failed: {error.MessageText} ({error.SqlState})", script.Name, error);
            }
        }

        return plan.Count;
    }

    private static async Task<Dictionary<string, string>> ReadJournalAsync(
        NpgsqlConnection connection, string schema, string searchPath, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"set local search_path = {searchPath}"),
                new("select pg_advisory_xact_lock(hashtextextended($1, 0))") { Parameters = { new() { Value = "tenantry " + schema } } },
                new(Journal.ReadSql(schema)),
            },
        };
        var applied = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) applied.Add(reader.GetString(0), reader.GetString(1));
        return applied;
    }
}

using Npgsql;

namespace Tenantry.Migrations.Scripting;

/// <summary>
/// Takes a schema for one runner, until the caller's transaction ends, and reads its journal: one round trip, after which the
/// path is the schema's.
/// </summary>
internal static class SchemaLock
{
    private const string Wait = "select true from pg_advisory_xact_lock(hashtextextended($1, 0))";

    /// <summary>Waits for another runner and takes the schema, and no more: a statement afterwards sees what was committed before.</summary>
    public static async Task HoldAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await using var take = new NpgsqlCommand(Wait, connection) { CommandTimeout = 0, Parameters = { KeyOf(schema) } };
        await take.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Waits for another runner. Answers names and checksums of the scripts that have run.</summary>
    public static async Task<Dictionary<string, string>> TakeAsync(
        NpgsqlConnection connection, string schema, string searchPath, CancellationToken cancellationToken) =>
        (await ReadAsync(connection, schema, Wait, [$"set local search_path = {searchPath}"], cancellationToken))!;

    /// <summary>As <see cref="TakeAsync"/>, but null where another runner has the schema. No statement afterwards waits longer than <paramref name="timeout"/> for a lock.</summary>
    public static Task<Dictionary<string, string>?> TryTakeAsync(
        NpgsqlConnection connection, string schema, string searchPath, TimeSpan timeout, CancellationToken cancellationToken) =>
        ReadAsync(
            connection, schema, "select pg_try_advisory_xact_lock(hashtextextended($1, 0))",
            [$"set local search_path = {searchPath}", FormattableString.Invariant($"set local lock_timeout = {(int)timeout.TotalMilliseconds}")], cancellationToken);

    private static async Task<Dictionary<string, string>?> ReadAsync(
        NpgsqlConnection connection, string schema, string take, string[] settings, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            Timeout = 0,
            BatchCommands =
            {
                // A statement of its own, so that the next one sees what was committed before the lock was had.
                new(take) { Parameters = { KeyOf(schema) } },
                new(Journal.ReadSql(schema)),
            },
        };
        // Last: after a SELECT the transaction would keep its snapshot, for which CREATE INDEX CONCURRENTLY on another connection waits.
        foreach (var setting in settings) batch.BatchCommands.Add(new(setting));
        var applied = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (!reader.GetBoolean(0)) return null;
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) applied.Add(reader.GetString(0), reader.GetString(1));
        return applied;
    }

    private static NpgsqlParameter KeyOf(string schema) => new() { Value = "tenantry " + schema };
}

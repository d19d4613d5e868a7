using Npgsql;

namespace Tenantry.Migrations.Scripting;

/// <summary>Runs a script in no transaction, statement by statement, on a connection of its own that the pool resets afterwards.</summary>
internal static class LoneScript
{
    private const string IsInvalid =
        "select exists (select from pg_catalog.pg_index i where i.indexrelid = to_regclass($1) and not i.indisvalid)";

    /// <exception cref="MigrationFailedException">A statement failed; those before it stay done, and a repetition begins anew.</exception>
    public static async Task RunAsync(NpgsqlConnection connection, string searchPath, TimeSpan lockTimeout, MigrationStep step, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, $"set search_path = {searchPath}", cancellationToken);
        foreach (var statement in step.Statements)
        {
            try
            {
                // What is concurrent makes nobody wait while it waits, and would begin from the start if it gave up.
                var limit = NoTransaction.IsConcurrent(statement) ? 0 : (int)lockTimeout.TotalMilliseconds;
                await ExecuteAsync(connection, FormattableString.Invariant($"set lock_timeout = {limit}"), cancellationToken);
                if (NoTransaction.FindIndex(statement) is { } index) await DropInvalidAsync(connection, index, cancellationToken);
                await ExecuteAsync(connection, statement.Text, cancellationToken);
            }
            catch (PostgresException error)
            {
                throw MigrationFailedException.At(step.Name, statement, error);
            }
        }
    }

    // What an attempt that was broken off leaves: it slows writes, serves no read, and keeps its name.
    private static async Task DropInvalidAsync(NpgsqlConnection connection, string index, CancellationToken cancellationToken)
    {
        await using var ask = new NpgsqlCommand(IsInvalid, connection) { Parameters = { new() { Value = index } } };
        if (await ask.ExecuteScalarAsync(cancellationToken) is true) await ExecuteAsync(connection, $"drop index concurrently if exists {index}", cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0, BatchCommands = { new(sql) } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}

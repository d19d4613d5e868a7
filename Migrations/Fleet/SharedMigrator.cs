using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Scripting;

namespace Tenantry.Migrations.Fleet;

/// <summary>Takes the shared schema, <c>public</c>, to the newest version. Thread-safe.</summary>
/// <param name="database">The owner's pool.</param>
/// <param name="sets">The scripts, set after set; no two have the same name.</param>
public sealed class SharedMigrator(OwnerDatabase database, params IReadOnlyList<ScriptSet> sets)
{
    private const string Schema = "public";
    private const string SearchPath = "pg_temp";
    private const string JournalExists = "select to_regclass('public.migration_journal') is not null";

    /// <summary>Runs what is missing, in one transaction; answers how many scripts ran.</summary>
    /// <exception cref="MigrationFailedException">A script failed, or one that has run was edited since; nothing has changed.</exception>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<int> MigrateAsync(CancellationToken cancellationToken)
    {
        if (sets.SelectMany(set => set.Scripts).FirstOrDefault(script => NoTransaction.IsMarked(script.Sql)) is { } marked)
            throw new MigrationFailedException($"Script {marked.Name} asks for no transaction, which only a tenant's script may: run its statement by hand, and let the script find it done.", marked.Name, null);
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(JournalExists, cancellationToken: cancellationToken)))
            await connection.ExecuteAsync(new CommandDefinition(
                "select pg_advisory_xact_lock(hashtextextended('tenantry journal', 0)); " + Journal.CreateSql(Schema), cancellationToken: cancellationToken));
        var ran = 0;
        foreach (var set in sets) ran += await SchemaMigrator.MigrateAsync(connection, Schema, SearchPath, set, set.Newest, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return ran;
    }

    /// <summary>The names of the scripts that have not run yet, in order; all of them on an empty database.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<IReadOnlyList<string>> ListPendingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var applied = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(JournalExists, cancellationToken: cancellationToken))
            ? await connection.QueryAsync<string>(new CommandDefinition($"select name from {Schema}.migration_journal", cancellationToken: cancellationToken))
            : [];
        return [.. ListNames().Except(applied, StringComparer.Ordinal)];
    }

    /// <summary>The names of all scripts, in order.</summary>
    public IEnumerable<string> ListNames() => sets.SelectMany(set => set.Scripts).Select(script => script.Name);
}

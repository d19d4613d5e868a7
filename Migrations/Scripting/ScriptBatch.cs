using Npgsql;

namespace Tenantry.Migrations.Scripting;

/// <summary>
/// Statements that travel together: one round trip for all that a schema lacks. Each is a command of its own, so that the one that
/// fails is known, and with it the script and the line.
/// </summary>
internal sealed class ScriptBatch(NpgsqlConnection connection)
{
    private readonly List<NpgsqlBatchCommand> commands = [];
    private readonly Dictionary<NpgsqlBatchCommand, (MigrationStep Step, SqlStatement Statement)> origins = [];

    /// <summary>Adds a statement of ours.</summary>
    public void Add(string sql, params object[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in parameters) command.Parameters.Add(new() { Value = value });
        Add(command);
    }

    public void Add(NpgsqlBatchCommand command) => commands.Add(command);

    /// <summary>Adds a script's statements, with its entry in the journal.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="step">The script.</param>
    /// <param name="text">How a statement is sent; as it is written, by default.</param>
    public void Add(string schema, MigrationStep step, Func<SqlStatement, string>? text = null)
    {
        foreach (var statement in step.Statements)
        {
            var command = new NpgsqlBatchCommand(text?.Invoke(statement) ?? statement.Text);
            Add(command);
            origins.Add(command, (step, statement));
        }

        AddEntry(schema, step);
    }

    /// <summary>Adds the entry alone, for a script that has run.</summary>
    public void AddEntry(string schema, MigrationStep step)
    {
        if (step.Back) Add(Journal.RemoveSql(schema), step.Script.Name);
        else Add(Journal.AddSql(schema), step.Script.Name, step.Script.Checksum, Environment.MachineName);
    }

    /// <summary>Sends all and waits for all; the first that fails ends it, and the transaction with it.</summary>
    /// <exception cref="MigrationFailedException">A script's statement failed.</exception>
    /// <exception cref="NpgsqlException">One of ours did, or the connection.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // A script takes the time that it takes.
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var command in commands) batch.BatchCommands.Add(command);
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException error) when (error.BatchCommand is { } failed && origins.TryGetValue(failed, out var origin))
        {
            throw MigrationFailedException.At(origin.Step.Name, origin.Statement, error);
        }
    }
}

using Npgsql;

namespace Tenantry.Migrations.Scripting;

/// <summary>A schema could not be taken to a version; its transaction is to be rolled back and it stays where it was.</summary>
public sealed class MigrationFailedException(string message, string? script, Exception? inner) : Exception(message, inner)
{
    private const int Shown = 80;

    /// <summary>The script that failed or was edited; null when it is not about one script.</summary>
    public string? Script { get; } = script;

    /// <summary>The line, from 1, on which the statement begins that failed; null when none did.</summary>
    public int? Line { get; private init; }

    /// <summary>The beginning of the statement that failed, on one line; null when none did.</summary>
    public string? Statement { get; private init; }

    /// <summary>PostgreSQL's code for the failure; null when it has none.</summary>
    public string? SqlState { get; private init; }

    internal static MigrationFailedException At(string script, SqlStatement statement, PostgresException error)
    {
        var line = statement.Source.AsSpan(0, statement.Tokens[0].Start).Count('\n') + 1;
        var text = string.Join(' ', statement.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (text.Length > Shown) text = text[..Shown] + "…";
        return new($"Script {script} failed at line {line}, {text}: {error.MessageText} ({error.SqlState})", script, error)
        {
            Line = line,
            Statement = text,
            SqlState = error.SqlState,
        };
    }
}

using Tenantry.Tenancy.Sql;

namespace Tenantry.Migrations.Scripting;

/// <summary>
/// Scripts that PostgreSQL runs in no transaction, such as CREATE INDEX CONCURRENTLY: told by their first line, run alone, and
/// written so that they can be repeated, since what failed half way was not undone.
/// </summary>
internal static class NoTransaction
{
    public const string Marker = "-- tenantry: no transaction";

    public static bool IsMarked(string sql) =>
        sql.AsSpan(0, sql.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? end : sql.Length).TrimEnd().Equals(Marker, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a statement is one that waits for others' transactions instead of making them wait.</summary>
    public static bool IsConcurrent(SqlStatement statement) => FindWord(statement) >= 0;

    /// <summary>The index, as written, that CREATE INDEX CONCURRENTLY makes; null when it is another statement or names none.</summary>
    public static string? FindIndex(SqlStatement statement)
    {
        var at = FindWord(statement) + 1;
        if (at == 0 || WordAt(statement, 0) != "create") return null;
        if (WordAt(statement, at) == "if") at += 3;
        return WordAt(statement, at) == "on" ? null : TextAt(statement, at);
    }

    /// <summary>The same for a transaction: on tables that nobody else knows yet, nobody is kept waiting.</summary>
    public static string WithoutConcurrently(SqlStatement statement)
    {
        if (FindWord(statement) is not (>= 0 and var at)) return statement.Text;
        var start = statement.Tokens[at].Start - statement.Tokens[0].Start;
        return statement.Text.Remove(start, statement.Tokens[at].Length);
    }

    // create [unique] index concurrently, drop index concurrently, reindex [(…)] index concurrently
    private static int FindWord(SqlStatement statement)
    {
        if (WordAt(statement, 0) is not ("create" or "drop" or "reindex")) return -1;
        for (var at = 1; at < statement.Tokens.Count; at++)
            if (WordAt(statement, at) == "concurrently" && (WordAt(statement, at - 1) == "index" || WordAt(statement, 0) == "reindex")) return at;
        return -1;
    }

    private static string TextAt(SqlStatement statement, int at) =>
        at < statement.Tokens.Count ? statement.Source.Substring(statement.Tokens[at].Start, statement.Tokens[at].Length) : "";

    private static string WordAt(SqlStatement statement, int at) =>
        at < statement.Tokens.Count && statement.Tokens[at].Kind == SqlTokenKind.Word ? TextAt(statement, at).ToLowerInvariant() : "";
}

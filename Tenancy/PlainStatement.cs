namespace Tenantry.Tenancy;

/// <summary>
/// What a tenant's command may be: a statement that reads or changes rows. Everything else could leave the tenant or something
/// for the next one behind – SET ROLE, COMMIT, DO, PREPARE, DECLARE, LISTEN, DISCARD – and PostgreSQL has no right to take
/// away for most of it. So the list names what is let through, and what cannot be read is not.
/// </summary>
internal static class PlainStatement
{
    private static readonly string[] Allowed = ["select", "insert", "update", "delete", "merge", "with", "values", "table"];

    /// <exception cref="NotSupportedException">The text begins with another word, or with none.</exception>
    public static void Require(string sql)
    {
        var word = FirstWord(sql);
        foreach (var allowed in Allowed)
            if (word.Equals(allowed, StringComparison.OrdinalIgnoreCase)) return;

        throw new NotSupportedException("A tenant's command is one SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES, TABLE or WITH.");
    }

    private static ReadOnlySpan<char> FirstWord(ReadOnlySpan<char> sql)
    {
        while (sql.Length > 0)
        {
            if (sql[0] is ' ' or '\t' or '\n' or '\r' or '\f' or '(') sql = sql[1..];
            else if (sql.StartsWith("--", StringComparison.Ordinal)) sql = AfterLine(sql);
            else if (sql.StartsWith("/*", StringComparison.Ordinal)) sql = AfterComment(sql);
            else break;
        }

        var length = 0;
        while (length < sql.Length && (char.IsAsciiLetterOrDigit(sql[length]) || sql[length] is '_' or '$' or >= '\x80')) length++;
        return sql[..length];
    }

    private static ReadOnlySpan<char> AfterLine(ReadOnlySpan<char> sql)
    {
        var end = sql.IndexOfAny('\n', '\r');
        return end < 0 ? [] : sql[end..];
    }

    // In PostgreSQL comments nest (documentation, "Lexical Structure"); one that never ends leaves nothing.
    private static ReadOnlySpan<char> AfterComment(ReadOnlySpan<char> sql)
    {
        for (int at = 0, depth = 0; at + 1 < sql.Length; at++)
        {
            if (sql[at] is not ('/' or '*')) continue;
            var step = (sql[at], sql[at + 1]) switch { ('/', '*') => 1, ('*', '/') => -1, _ => 0 };
            depth += step;
            if (step != 0) at++;
            if (step < 0 && depth == 0) return sql[(at + 1)..];
        }

        return [];
    }
}

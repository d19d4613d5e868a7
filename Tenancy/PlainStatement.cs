using Tenantry.Tenancy.Sql;

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
        var lexer = new SqlLexer(sql);
        while (lexer.Read(out var token))
        {
            var text = sql.AsSpan(token.Start, token.Length);
            if (text is "(") continue;
            foreach (var allowed in Allowed)
                if (text.Equals(allowed, StringComparison.OrdinalIgnoreCase)) return;
            break;
        }

        throw new NotSupportedException("A tenant's command is one SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES, TABLE or WITH.");
    }
}

using System.Text.RegularExpressions;

namespace Tenantry.Migrations.Cli;

/// <summary>
/// Splits a text into statements at the semicolons that stand outside of strings, names, dollar quotes and comments, so that each
/// is sent alone. What it takes for one statement and is several is refused by PostgreSQL: an error here crosses no boundary.
/// </summary>
internal static partial class SqlStatements
{
    public static IReadOnlyList<string> Split(string text)
    {
        var statements = new List<string>();
        int start = 0, at = 0;
        while (at < text.Length)
        {
            if (text[at] == ';')
            {
                Add(text[start..at]);
                start = ++at;
            }
            else
            {
                at = text[at..].StartsWith("/*", StringComparison.Ordinal) ? EndOfComment(text, at) : at + Math.Max(1, Token().Match(text, at).Length);
            }
        }

        Add(text[start..]);
        return statements;

        void Add(string statement)
        {
            if (!Blank().IsMatch(statement)) statements.Add(statement.Trim());
        }
    }

    // In PostgreSQL comments nest.
    private static int EndOfComment(string text, int at)
    {
        var depth = 0;
        do
        {
            var mark = text.AsSpan(at, Math.Min(2, text.Length - at));
            if (mark is "/*") depth++;
            else if (mark is "*/") depth--;
            at += mark is "/*" or "*/" ? 2 : 1;
        }
        while (depth > 0 && at < text.Length);
        return at;
    }

    // E'…' knows the backslash; a dollar quote ends with its own tag; a word is taken whole, lest its $ open a quote.
    [GeneratedRegex("""\G(?:[eE]'(?:[^'\\]|\\.|'')*'?|'[^']*'?|"[^"]*"?|\$(?<tag>(?:[A-Za-z_]\w*)?)\$.*?(?:\$\k<tag>\$|\z)|--[^\n]*|\w[\w$]*)""",
        RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    [GeneratedRegex(@"\A(?:\s|--[^\n]*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Blank();
}

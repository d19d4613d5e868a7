using Tenantry.Tenancy.Sql;

namespace Tenantry.Migrations.Scripting;

/// <summary>One statement of a text, without the semicolon that ends it.</summary>
/// <param name="Source">The text that it stands in.</param>
/// <param name="Tokens">Its pieces; at least one.</param>
internal sealed record SqlStatement(string Source, IReadOnlyList<SqlToken> Tokens)
{
    public string Text => Source[Tokens[0].Start..Tokens[^1].End];

    /// <summary>
    /// Splits a text at the semicolons that stand outside of strings, names, dollar quotes, comments and function bodies
    /// (BEGIN ATOMIC … END). What is taken for one statement and is several, PostgreSQL refuses.
    /// </summary>
    public static IReadOnlyList<SqlStatement> Split(string text)
    {
        var statements = new List<SqlStatement>();
        var tokens = new List<SqlToken>();
        var depth = 0;
        var previous = "";
        var lexer = new SqlLexer(text);
        while (lexer.Read(out var token))
        {
            var word = token.Kind is SqlTokenKind.Word or SqlTokenKind.Punctuation ? text.Substring(token.Start, token.Length).ToLowerInvariant() : "";
            depth += word switch { "atomic" when previous == "begin" => 1, "case" when depth > 0 => 1, "end" when depth > 0 => -1, _ => 0 };
            if (word == ";" && depth == 0) Add();
            else tokens.Add(token);
            previous = word;
        }

        Add();
        return statements;

        void Add()
        {
            if (tokens.Count > 0) statements.Add(new SqlStatement(text, [.. tokens]));
            tokens.Clear();
        }
    }
}

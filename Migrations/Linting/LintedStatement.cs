using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy.Sql;

namespace Tenantry.Migrations.Linting;

/// <summary>A statement as the rules look at it: a list of words, names and marks.</summary>
internal sealed class LintedStatement
{
    private readonly SqlStatement statement;
    private readonly string[] words;

    public LintedStatement(SqlStatement statement)
    {
        this.statement = statement;
        words = [.. statement.Tokens.Select(Read)];
    }

    public int Count => words.Length;

    /// <summary>Keywords and names without quotes in lower case, quoted names as they are, marks; empty for the rest and beyond the ends.</summary>
    public string this[int index] => index >= 0 && index < words.Length ? words[index] : "";

    public SqlTokenKind KindAt(int index) => index >= 0 && index < Count ? statement.Tokens[index].Kind : SqlTokenKind.Unknown;

    /// <summary>Where a piece stands in the text.</summary>
    public int PositionAt(int index) => statement.Tokens[index].Start;

    /// <summary>What stands between the quotes of a string, and where it begins.</summary>
    public (string Content, int Start) ContentAt(int index) =>
        (statement.Source.Substring(statement.Tokens[index].ContentStart, statement.Tokens[index].ContentLength), statement.Tokens[index].ContentStart);

    public bool IsName(int index) => KindAt(index) is SqlTokenKind.Word or SqlTokenKind.QuotedName;

    public bool IsString(int index) => KindAt(index) is SqlTokenKind.String or SqlTokenKind.DollarString;

    /// <summary>Whether these words, one space between them, stand at a place. An asterisk stands for any one word.</summary>
    public bool HasAt(int index, string phrase) =>
        phrase.Split(' ').Select((word, offset) => word == "*" || this[index + offset] == word).All(same => same);

    /// <summary>The first place from which these words stand; -1 when there is none.</summary>
    public int Find(string phrase, int from = 0) => Enumerable.Range(from, Math.Max(0, Count - from)).Where(index => HasAt(index, phrase)).DefaultIfEmpty(-1).First();

    private string Read(SqlToken token)
    {
        var content = statement.Source.Substring(token.ContentStart, token.ContentLength);
        return token.Kind switch
        {
            // PostgreSQL folds ASCII letters only.
            SqlTokenKind.Word => string.Create(content.Length, content, (to, from) =>
            {
                for (var i = 0; i < to.Length; i++) to[i] = char.IsAsciiLetterUpper(from[i]) ? char.ToLowerInvariant(from[i]) : from[i];
            }),
            SqlTokenKind.QuotedName => content.Replace("\"\"", "\"", StringComparison.Ordinal),
            SqlTokenKind.Punctuation or SqlTokenKind.Operator => content,
            _ => "",
        };
    }
}

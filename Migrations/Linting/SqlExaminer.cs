using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy.Sql;

namespace Tenantry.Migrations.Linting;

/// <summary>Puts the rules to each statement of a text, and to the bodies of functions and blocks in it.</summary>
internal static class SqlExaminer
{
    private static readonly LintRule Unterminated = LintRule.Error("unterminated", "A string, name or comment begins here and never ends.");
    private static readonly LintRule Dynamic = LintRule.Warning("dynamic_sql", "EXECUTE runs a text that is put together later: it cannot be examined here. Write the statement out if you can.");

    /// <summary>What is found, with its place in the text.</summary>
    /// <param name="text">SQL, or a body in PL/pgSQL.</param>
    /// <param name="inBody">Whether it is a body in PL/pgSQL.</param>
    public static IEnumerable<(LintRule Rule, int Position)> Examine(string text, bool inBody = false)
    {
        foreach (var part in SqlStatement.Split(text))
        {
            var statement = new LintedStatement(part);
            foreach (var (rule, index) in ExamineOne(statement, inBody)) yield return (rule, statement.PositionAt(index));
            foreach (var (rule, position) in ListBodies(statement, inBody).SelectMany(body =>
                Examine(body.Text, body.IsBlock).Select(found => (found.Rule, body.Start + found.Position)))) yield return (rule, position);
        }
    }

    private static IEnumerable<(LintRule Rule, int Index)> ExamineOne(LintedStatement statement, bool inBody)
    {
        var found = Enumerable.Range(0, statement.Count).Where(index => statement.KindAt(index) == SqlTokenKind.Unterminated).Select(index => (Unterminated, index))
            .Concat(Beginnings(statement, inBody).SelectMany(start => PhraseRules.Examine(statement, start, inBody)))
            .Concat(NameRules.Examine(statement))
            .Concat(FunctionRules.Examine(statement));
        if (!inBody) found = found.Concat(CautionRules.Examine(statement));
        else if (statement.Find("execute") is >= 0 and var execute) found = found.Append((Dynamic, execute));
        return found;
    }

    // In a block a statement begins after these words too.
    private static IEnumerable<int> Beginnings(LintedStatement statement, bool inBody) => inBody
        ? Enumerable.Range(0, statement.Count).Where(index => index == 0 || statement[index - 1] is "begin" or "then" or "else" or "loop")
        : AtomicBody(statement).Prepend(0);

    // create function … begin atomic …; …; end
    private static IEnumerable<int> AtomicBody(LintedStatement statement) => statement.Find("begin atomic") < 0
        ? []
        : Enumerable.Range(0, statement.Count).Where(index => statement[index - 1] is ";" or "atomic" && statement[index] != "end");

    // The text after AS in a function, the text of a DO block, and the constant that EXECUTE runs.
    private static IEnumerable<(string Text, int Start, bool IsBlock)> ListBodies(LintedStatement statement, bool inBody)
    {
        var isFunction = FunctionRules.IsAboutFunction(statement);
        var language = statement.Find("language");
        var isSql = language >= 0 && (statement.IsString(language + 1) ? statement.ContentAt(language + 1).Content : statement[language + 1]).Equals("sql", StringComparison.OrdinalIgnoreCase);
        for (var i = 0; i < statement.Count; i++)
        {
            if (!statement.IsString(i)) continue;
            var (content, start) = statement.ContentAt(i);
            // Two quotes inside of single ones are one: the text is as long in the file, so that places stay right.
            if (statement.KindAt(i) == SqlTokenKind.String) content = content.Replace("''", " '", StringComparison.Ordinal);
            if (isFunction && statement[i - 1] == "as") yield return (content, start, !isSql);
            else if (statement[0] == "do" && statement[i - 1] != "language") yield return (content, start, !isSql);
            else if (inBody && statement[i - 1] == "execute") yield return (content, start, false);
        }
    }
}

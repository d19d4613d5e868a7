using System.Text.RegularExpressions;

namespace Tenantry.Migrations.Linting;

/// <summary>
/// Names with a schema in front. A tenant's script names its own objects bare, so that they are found on the tenant's path; only
/// <c>pg_catalog</c> and the schemas made for sharing, <c>extensions</c> and <c>shared</c>, may be named.
/// </summary>
internal static partial class NameRules
{
    private static readonly LintRule Qualified = LintRule.Error("qualified_name", "A name with a schema leaves the tenant's schema: write it bare. Only pg_catalog, extensions and shared may be named.");
    private static readonly LintRule SetConfig = LintRule.Error("scope", "The runner sets role and search_path: leave out set_config.");

    // After these words a relation, function or type is named, never a column.
    private static readonly HashSet<string> BeforeObjects =
    [
        "table", "view", "index", "sequence", "function", "procedure", "routine", "aggregate", "type", "domain", "statistics", "collation", "operator",
        "join", "references", "exists", "only", "concurrently", "truncate", "returns", "setof", "inherits", "as", "::", "regclass",
    ];

    // FROM inside the parentheses of these is no list of tables.
    private static readonly HashSet<string> FromIsNoClause = ["extract", "substring", "trim", "overlay", "position"];

    public static IEnumerable<(LintRule Rule, int Index)> Examine(LintedStatement statement)
    {
        var openers = new Stack<(string Before, bool InFrom)>([("", false)]);
        for (var i = 0; i < statement.Count; i++)
        {
            openers = Follow(statement, i, openers);
            if (statement[i] == "set_config" && statement[i + 1] == "(") yield return (SetConfig, i);
            if (statement.IsString(i) && NamesAnotherSchema(statement, i)) yield return (Qualified, i);
            if (!statement.IsName(i) || statement[i + 1] != "." || statement[i - 1] == ".") continue;
            if (statement[i] is "pg_catalog" or "extensions" or "shared") continue;
            if (IsForeign(statement[i]) || IsObject(statement, i, openers.Peek().InFrom)) yield return (Qualified, i);
        }
    }

    private static bool IsForeign(string schema) =>
        schema is "public" or "information_schema" or "tenancy" or "pg_temp" or "pg_toast" || TenantSchema().IsMatch(schema);

    private static bool IsObject(LintedStatement statement, int i, bool inFrom)
    {
        var end = i;
        while (statement[end + 1] == "." && statement.IsName(end + 2)) end += 2;
        var before = statement[i - 1];
        // a.b.c is a schema's, a.f( a function's; alias.column is neither.
        if (end - i >= 4 && !(statement[i - 1] == "by" && statement[i - 2] == "owned")) return true;
        if (statement[end + 1] == "(" && before is not ("into" or "using")) return true;
        if (BeforeObjects.Contains(before)) return true;
        return before switch
        {
            "from" or "," => inFrom,
            "into" => statement[i - 2] is "insert" or "merge",
            "update" or "call" or "lock" => i == 1 || statement[i - 2] is ";" or "(" or "then",
            "using" => statement[0] is "delete" or "merge",
            "on" => statement[0] is "create" or "drop" or "alter" or "comment" && statement.Find("on") == i - 1 && statement.Find("select") < 0,
            // column type: two names in a row, the second of which is dotted.
            _ => statement[0] is "create" or "alter" && statement.IsName(i - 1) && !Keywords.Contains(before) && statement.Find("select") < 0,
        };
    }

    // '…'::regclass, nextval('…') and the like resolve a text as a name.
    private static bool NamesAnotherSchema(LintedStatement statement, int i)
    {
        var resolved = (statement[i + 1] == "::" && statement[i + 2].StartsWith("reg", StringComparison.Ordinal))
            || (statement[i - 1].StartsWith("reg", StringComparison.Ordinal) && statement.IsName(i - 1))
            || (statement[i - 1] == "(" && Resolvers.Contains(statement[i - 2]));
        var dot = Dotted().Match(statement.ContentAt(i).Content);
        return resolved && dot.Success && dot.Groups[1].Value.Trim('"').ToLowerInvariant() is not ("pg_catalog" or "extensions" or "shared");
    }

    private static Stack<(string Before, bool InFrom)> Follow(LintedStatement statement, int i, Stack<(string Before, bool InFrom)> openers)
    {
        switch (statement[i])
        {
            case "(":
                openers.Push((statement[i - 1], false));
                break;
            case ")" when openers.Count > 1:
                openers.Pop();
                break;
            case "from" when statement[i - 1] != "distinct" && !FromIsNoClause.Contains(openers.Peek().Before):
                openers.Push((openers.Pop().Before, true));
                break;
            case "where" or "group" or "order" or "having" or "limit" or "union" or "except" or "intersect" or "window" or "on" or "set" or "returning" or "select":
                openers.Push((openers.Pop().Before, false));
                break;
            // A further table may follow the condition of a join.
            case "join":
                openers.Push((openers.Pop().Before, true));
                break;
        }

        return openers;
    }

    private static readonly HashSet<string> Resolvers =
    [
        "nextval", "setval", "currval", "to_regclass", "to_regtype", "to_regproc", "to_regprocedure", "to_regnamespace", "pg_get_serial_sequence",
        "has_table_privilege", "pg_relation_size", "pg_total_relation_size",
    ];

    // Words after which an expression begins, in the statements that define tables.
    private static readonly HashSet<string> Keywords =
    [
        "select", "distinct", "all", "and", "or", "not", "when", "then", "else", "case", "by", "where", "having", "on", "in", "is", "like", "ilike",
        "between", "set", "values", "return", "returning", "using", "check", "default", "any", "some", "array", "row", "limit", "offset", "order",
        "if", "elsif", "while", "into", "to", "from", "end", "escape", "zone", "overlaps", "similar", "similarity", "filter", "over", "with", "key", "perform",
        "column", "constraint", "execute", "collate", "owned", "none", "begin", "loop", "raise", "assert", "for", "reverse", "slice", "strict", "foreach", "exit", "continue",
    ];

    [GeneratedRegex(@"\At_[0-9a-z]{10,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TenantSchema();

    [GeneratedRegex("""\A\s*("[^"]+"|[A-Za-z_][\w$]*)\s*\.""", RegexOptions.CultureInvariant)]
    private static partial Regex Dotted();
}

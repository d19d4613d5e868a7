using Tenantry.Tenancy.Sql;

namespace Tenantry.Migrations.Linting;

/// <summary>Functions: whose rights they run with, and on which path.</summary>
internal static class FunctionRules
{
    private static readonly LintRule Definer = LintRule.Error("security_definer", "A SECURITY DEFINER function runs with the owner's rights on the caller's path: add SET search_path = pg_catalog, pg_temp.");
    private static readonly LintRule Path = LintRule.Error("function_path", "A function's own search_path may name pg_catalog, extensions and shared, and ends in pg_temp, which is searched first when it is not named.");
    private static readonly LintRule Role = LintRule.Error("scope", "The runner sets role and search_path: leave out what changes them.");

    public static IEnumerable<(LintRule Rule, int Index)> Examine(LintedStatement statement)
    {
        if (!IsAboutFunction(statement)) yield break;
        var path = statement.Find("set search_path");
        if (statement.Find("security definer") is >= 0 and var definer && path < 0) yield return (Definer, definer);
        if (path >= 0 && !IsPinned(statement, path + 2)) yield return (Path, path);
        foreach (var phrase in (string[])["set role", "set session authorization"])
            if (statement.Find(phrase) is >= 0 and var at) yield return (Role, at);
    }

    public static bool IsAboutFunction(LintedStatement statement) =>
        statement[0] is "create" or "alter"
        && Enumerable.Range(1, 3).Any(index => statement[index] is "function" or "procedure" or "routine");

    private static bool IsPinned(LintedStatement statement, int at)
    {
        if (statement[at] is not ("=" or "to")) return false;
        var names = new List<string>();
        do
        {
            at++;
            names.Add(statement.KindAt(at) == SqlTokenKind.String ? statement.ContentAt(at).Content.ToLowerInvariant() : statement[at]);
            at++;
        }
        while (statement[at] == ",");
        return names[^1] == "pg_temp" && names.SkipLast(1).All(name => name is "pg_catalog" or "extensions" or "shared");
    }
}

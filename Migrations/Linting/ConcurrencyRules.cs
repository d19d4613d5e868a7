using Tenantry.Migrations.Scripting;

namespace Tenantry.Migrations.Linting;

/// <summary>What runs in no transaction: only where the first line says so, and so that it can be repeated.</summary>
internal static class ConcurrencyRules
{
    private static readonly LintRule Unmarked = LintRule.Error("needs_marker", $"CONCURRENTLY runs in no transaction: make \"{NoTransaction.Marker}\" the script's first line.");
    private static readonly LintRule Once = LintRule.Error("not_repeatable", "What is broken off here is not undone but repeated: write CREATE INDEX CONCURRENTLY IF NOT EXISTS with a name, or DROP INDEX CONCURRENTLY IF EXISTS.");
    private static readonly LintRule Mixed = LintRule.Warning("half_done", "In this script nothing is undone when it fails half way: put what can run in a transaction into a script of its own, or see that it can be repeated.");

    public static IEnumerable<(LintRule Rule, int Position)> Examine(string sql)
    {
        var marked = NoTransaction.IsMarked(sql);
        foreach (var part in SqlStatement.Split(sql))
        {
            var statement = new LintedStatement(part);
            var concurrent = NoTransaction.IsConcurrent(part);
            if (!marked && concurrent) yield return (Unmarked, statement.PositionAt(0));
            if (marked && !concurrent) yield return (Mixed, statement.PositionAt(0));
            if (concurrent && statement[0] != "reindex" && statement.Find("if not exists") < 0 && statement.Find("if exists") < 0) yield return (Once, statement.PositionAt(0));
        }
    }
}

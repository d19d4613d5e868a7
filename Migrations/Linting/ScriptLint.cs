using Tenantry.Migrations.Scripting;

namespace Tenantry.Migrations.Linting;

/// <summary>
/// Examines tenant scripts before they run: what would leave the tenant's schema is refused, what a fleet should be careful with
/// is told. It reads SQL piece by piece as PostgreSQL does, so that comments, strings and dollar quotes do not fool it; what it
/// cannot see is dynamic SQL. Pure; thread-safe.
/// </summary>
public static class ScriptLint
{
    private static readonly LintRule NoWayBack = LintRule.Warning("no_way_back", "There is no down script: a rollback stops here.");

    private static readonly LintRule Empty = LintRule.Error("empty", "There is no statement: write one, or delete the file.");

    /// <summary>What is wrong with a script and with its way back, in the order of the text.</summary>
    public static IReadOnlyList<LintFinding> Lint(MigrationScript script)
    {
        var up = Lint(script.Name + ".sql", script.Sql);
        if (script.DownSql is null) return [.. up, Locate(script.Name + ".sql", script.Sql, NoWayBack, 0)];
        // What is made goes again on the way back; the cautions are the way forward's.
        return [.. up, .. Lint(script.Name + ".down.sql", script.DownSql).Where(finding => finding.Severity == LintSeverity.Error)];
    }

    /// <summary>What is wrong with a text of SQL that is to run in a tenant's schema.</summary>
    /// <param name="file">The name that the findings bear.</param>
    /// <param name="sql">One or several statements.</param>
    public static IReadOnlyList<LintFinding> Lint(string file, string sql) => SqlStatement.Split(sql).Count == 0
        ? [Locate(file, sql, Empty, 0)]
        : [.. SqlExaminer.Examine(sql).Concat(ConcurrencyRules.Examine(sql)).Distinct().OrderBy(found => found.Position).Select(found => Locate(file, sql, found.Rule, found.Position))];

    /// <summary>Refuses a set in which any script has an error.</summary>
    /// <exception cref="MigrationFailedException">It names the first script, line and rule.</exception>
    internal static void Require(ScriptSet scripts)
    {
        if (scripts.Findings.FirstOrDefault(finding => finding.Severity == LintSeverity.Error) is { } error)
            throw new MigrationFailedException($"{error} Nothing was run; `tenantry lint` tells more.", error.File, null);
    }

    private static LintFinding Locate(string file, string sql, LintRule rule, int position)
    {
        var before = sql.AsSpan(0, position);
        return new LintFinding(file, before.Count('\n') + 1, position - before.LastIndexOf('\n'), rule.Name, rule.Severity, rule.Message);
    }
}

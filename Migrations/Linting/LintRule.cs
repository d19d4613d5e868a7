namespace Tenantry.Migrations.Linting;

/// <summary>A rule's stable name, what it means and what to do.</summary>
internal sealed record LintRule(string Name, LintSeverity Severity, string Message)
{
    public static LintRule Error(string name, string message) => new("lint." + name, LintSeverity.Error, message);

    public static LintRule Warning(string name, string message) => new("lint." + name, LintSeverity.Warning, message);
}

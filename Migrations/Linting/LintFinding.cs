namespace Tenantry.Migrations.Linting;

/// <summary>Something in a script that leaves its tenant's schema, or that a fleet should be careful with.</summary>
/// <param name="File">The script's file name, such as <c>0001_create_projects.sql</c>.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 code units.</param>
/// <param name="Rule">The rule's stable name, such as <c>lint.qualified_name</c>.</param>
/// <param name="Severity">Whether the script is still run.</param>
/// <param name="Message">What is wrong and what to write instead.</param>
public sealed record LintFinding(string File, int Line, int Column, string Rule, LintSeverity Severity, string Message)
{
    /// <inheritdoc />
    public override string ToString() => $"{File}:{Line}:{Column}: {Message} ({Rule})";
}

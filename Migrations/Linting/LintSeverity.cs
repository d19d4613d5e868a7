namespace Tenantry.Migrations.Linting;

/// <summary>What follows from a finding.</summary>
public enum LintSeverity
{
    /// <summary>The script may run; somebody should know.</summary>
    Warning,

    /// <summary>The script is not run.</summary>
    Error,
}

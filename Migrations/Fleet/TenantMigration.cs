namespace Tenantry.Migrations.Fleet;

/// <summary>What a migration did to one tenant.</summary>
/// <param name="Slug">The org.</param>
/// <param name="SchemaName">Its schema.</param>
/// <param name="From">The version it stood at.</param>
/// <param name="To">The version it was to reach, and has unless <paramref name="Error"/> says otherwise.</param>
/// <param name="Script">The script that failed; null when none did.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
public sealed record TenantMigration(string Slug, string SchemaName, int From, int To, string? Script, string? Error)
{
    /// <summary>The line of <see cref="Script"/>, from 1, on which the statement begins that failed; null when none did.</summary>
    public int? Line { get; init; }

    /// <summary>The beginning of that statement, on one line; null when none failed.</summary>
    public string? Statement { get; init; }

    /// <summary>PostgreSQL's code for the failure; null when there is none.</summary>
    public string? SqlState { get; init; }

    /// <summary>How often it was tried; 1 where nothing was in the way.</summary>
    public int Attempts { get; init; } = 1;
}

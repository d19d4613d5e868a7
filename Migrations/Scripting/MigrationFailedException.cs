namespace Tenantry.Migrations.Scripting;

/// <summary>A schema could not be taken to a version; its transaction is to be rolled back and it stays where it was.</summary>
public sealed class MigrationFailedException(string message, string? script, Exception? inner) : Exception(message, inner)
{
    /// <summary>The script that failed or was edited; null when it is not about one script.</summary>
    public string? Script { get; } = script;
}

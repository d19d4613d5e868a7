namespace Tenantry.Migrations.Fleet;

/// <summary>The ways in which giving an org another slug ends.</summary>
public enum RenameOutcome
{
    /// <summary>It has the slug.</summary>
    Renamed,

    /// <summary>Another org has it, or had it lately.</summary>
    SlugTaken,

    /// <summary>The org is in a table of the host's, who renames it.</summary>
    NotOurs,
}

namespace Tenantry.Migrations.Scripting;

/// <summary>A script in the direction in which it runs.</summary>
/// <param name="Script">The script.</param>
/// <param name="Back">Whether it is the down script that runs.</param>
internal sealed record MigrationStep(MigrationScript Script, bool Back = false)
{
    /// <summary>The file's name without its ending.</summary>
    public string Name => Back ? Script.Name + ".down" : Script.Name;

    public string Sql => Back
        ? Script.DownSql ?? throw new MigrationFailedException($"Script {Script.Name} has no way back: there is no {Script.Name}.down.sql.", Script.Name, null)
        : Script.Sql;

    /// <summary>What <see cref="Sql"/> consists of; split once.</summary>
    public IReadOnlyList<SqlStatement> Statements => field ??= SqlStatement.Split(Sql);

    /// <summary>The version of a schema after it.</summary>
    public int Reaches => Back ? Script.Version - 1 : Script.Version;

    /// <summary>Whether it runs in no transaction.</summary>
    public bool RunsAlone => NoTransaction.IsMarked(Sql);
}

namespace Tenantry.Migrations.Scripting;

/// <summary>What a schema lacks of a version, or has beyond it, by the names and checksums in its journal. Pure.</summary>
internal static class SchemaPlan
{
    /// <summary>The scripts, in order, that a schema lacks up to a version.</summary>
    /// <exception cref="MigrationFailedException">A script that has run was edited since.</exception>
    public static IReadOnlyList<MigrationStep> Forward(ScriptSet set, int target, IReadOnlyDictionary<string, string> applied)
    {
        RequireUnedited(set, applied);
        var names = DbUpPlan.Make(set.Scripts.Take(target), applied.Keys);
        return [.. set.Scripts.IntersectBy(names, script => script.Name, StringComparer.Ordinal).Select(script => new MigrationStep(script))];
    }

    /// <summary>The way back to a version: what has run beyond it, the last first.</summary>
    /// <exception cref="MigrationFailedException">A script that has run was edited since, or has no way back.</exception>
    public static IReadOnlyList<MigrationStep> Back(ScriptSet set, int target, IReadOnlyDictionary<string, string> applied)
    {
        RequireUnedited(set, applied);
        return [.. set.Scripts.Skip(target).Where(script => applied.ContainsKey(script.Name)).Reverse().Select(script => new MigrationStep(script, Back: true))];
    }

    private static void RequireUnedited(ScriptSet set, IReadOnlyDictionary<string, string> applied)
    {
        if (set.Scripts.FirstOrDefault(script => applied.TryGetValue(script.Name, out var checksum) && checksum != script.Checksum) is { } edited)
            throw new MigrationFailedException($"Script {edited.Name} was edited after it ran: restore it and write a new one.", edited.Name, null);
    }
}

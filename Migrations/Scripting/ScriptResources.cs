using System.Reflection;

namespace Tenantry.Migrations.Scripting;

/// <summary>The SQL files that travel inside this assembly.</summary>
internal static class ScriptResources
{
    private const string Root = "Tenantry.Migrations.Scripts.";
    private static readonly Assembly Assembly = typeof(ScriptResources).Assembly;

    public static IEnumerable<string> ListNames(string folder) =>
        Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Root + folder + ".", StringComparison.Ordinal))
            .Select(name => name[Root.Length..])
            .Order(StringComparer.Ordinal);

    public static string Read(string name)
    {
        using var stream = Assembly.GetManifestResourceStream(Root + name)
            ?? throw new InvalidOperationException($"No script {name} in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}

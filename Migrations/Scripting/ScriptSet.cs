using System.Globalization;
using Tenantry.Migrations.Linting;

namespace Tenantry.Migrations.Scripting;

/// <summary>The scripts of one kind of schema, in order. Immutable.</summary>
public sealed class ScriptSet
{
    private const string Up = ".sql";
    private const string Down = ".down.sql";

    private readonly Lazy<IReadOnlyList<LintFinding>> findings;

    /// <summary>Takes scripts in any order.</summary>
    /// <exception cref="ArgumentException">The versions are not 1, 2, 3 … without a gap or a double.</exception>
    public ScriptSet(IEnumerable<MigrationScript> scripts)
    {
        Scripts = [.. scripts.OrderBy(script => script.Version)];
        findings = new(() => [.. Scripts.SelectMany(ScriptLint.Lint)]);
        if (Scripts.Where((script, index) => script.Version != index + 1).FirstOrDefault() is { } odd)
            throw new ArgumentException($"Script numbers run 1, 2, 3 … without a gap: {odd.Name} is out of line.", nameof(scripts));
    }

    /// <summary>The scripts of the shared schema, <c>public</c>.</summary>
    public static ScriptSet Shared { get; } = Load("Shared");

    /// <summary>The scripts of each tenant's schema.</summary>
    public static ScriptSet Tenant { get; } = Load("Tenant");

    /// <summary>In order of version.</summary>
    public IReadOnlyList<MigrationScript> Scripts { get; }

    /// <summary>The version that a schema is at when all scripts have run; 0 when there are none.</summary>
    public int Newest => Scripts.Count;

    /// <summary>What lint has to say of them as tenant scripts; found once.</summary>
    internal IReadOnlyList<LintFinding> Findings => findings.Value;

    private static ScriptSet Load(string folder)
    {
        var files = ScriptResources.ListNames(folder).ToHashSet(StringComparer.Ordinal);
        return new ScriptSet(files.Where(file => !file.EndsWith(Down, StringComparison.Ordinal)).Select(file =>
        {
            var name = file[(folder.Length + 1)..^Up.Length];
            var down = file[..^Up.Length] + Down;
            return new MigrationScript(
                int.Parse(name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture),
                name, ScriptResources.Read(file), files.Contains(down) ? ScriptResources.Read(down) : null);
        }));
    }
}

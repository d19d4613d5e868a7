using System.Globalization;
using System.Security.Cryptography;
using System.Text;
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
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Scripts.Select(script => $"{script.Name} {script.Checksum}")))));
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

    /// <summary>SHA-256 of all names and checksums: the same for the same scripts and no others.</summary>
    internal string Fingerprint { get; }

    /// <summary>What lint has to say of them as tenant scripts; found once.</summary>
    internal IReadOnlyList<LintFinding> Findings => findings.Value;

    /// <summary>
    /// The scripts of a folder: <c>NNNN_verb_noun.sql</c>, and beside it <c>NNNN_verb_noun.down.sql</c> where there is a way back.
    /// </summary>
    /// <exception cref="ArgumentException">A name does not begin with four digits, or the numbers have a gap or a double.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static ScriptSet FromFolder(string path) => Of(
        Directory.EnumerateFiles(path, "*" + Up).Select(file => Path.GetFileName(file)),
        file => File.ReadAllText(Path.Combine(path, file)).ReplaceLineEndings("\n"));

    private static ScriptSet Load(string folder) => Of(
        ScriptResources.ListNames(folder).Select(name => name[(folder.Length + 1)..]),
        file => ScriptResources.Read($"{folder}.{file}"));

    private static ScriptSet Of(IEnumerable<string> names, Func<string, string> read)
    {
        var files = names.ToHashSet(StringComparer.Ordinal);
        return new ScriptSet(files.Where(file => !file.EndsWith(Down, StringComparison.Ordinal)).Select(file =>
        {
            var name = file[..^Up.Length];
            if (!int.TryParse(name.AsSpan(0, Math.Min(4, name.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var version) || name is not [_, _, _, _, '_', ..])
                throw new ArgumentException($"A script's name begins with four digits and an underscore, such as 0001_create_notes.sql: {file} does not.", nameof(names));
            return new MigrationScript(version, name, read(file), files.Contains(name + Down) ? read(name + Down) : null);
        }));
    }
}

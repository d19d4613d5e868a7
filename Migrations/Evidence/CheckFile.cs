using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Tenantry.Migrations.Evidence;

/// <summary>
/// One check: a file with one SQL query, whose rows (subject, detail) are what is wrong. The file as it is can be run by
/// <c>psql</c> as the auditor login.
/// </summary>
internal sealed partial record CheckFile
{
    private const string Root = "Tenantry.Migrations.Evidence.Checks.";

    private static readonly string[] Severities = ["high", "medium", "low"];

    /// <summary>A stable name, family and aspect: <c>roles.logins</c>.</summary>
    public required string Id { get; init; }

    public required string Title { get; init; }

    /// <summary><c>high</c>, <c>medium</c> or <c>low</c>.</summary>
    public required string Severity { get; init; }

    /// <summary>What a finding would mean.</summary>
    public required string Why { get; init; }

    /// <summary>Which controls of which standards this is evidence for: <c>SOC2 CC6.1</c>.</summary>
    public required IReadOnlyList<string> Controls { get; init; }

    /// <summary>The whole file.</summary>
    public required string Sql { get; init; }

    public string Family => Id[..Id.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>Of the file, in lower-case hexadecimal.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>All checks of this assembly, by id.</summary>
    public static IReadOnlyList<CheckFile> All { get; } =
    [
        .. typeof(CheckFile).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Root, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(name => Parse(name[Root.Length..], Read(name))),
    ];

    /// <summary>Reads the header: lines <c>-- key: value</c> before the query.</summary>
    /// <exception cref="FormatException">A line is missing, or its value none that it may be.</exception>
    public static CheckFile Parse(string file, string sql)
    {
        var header = Line().Matches(sql).ToDictionary(line => line.Groups["key"].Value, line => line.Groups["value"].Value, StringComparer.Ordinal);
        string Get(string key) => header.TryGetValue(key, out var value) ? value : throw new FormatException($"{file} has no line `-- {key}: …`.");
        var id = Get("id");
        if (id.Replace('.', '_') + ".sql" != file || !id.Contains('.', StringComparison.Ordinal)) throw new FormatException($"{file} is not the file of {id}.");
        var severity = Get("severity");
        if (!Severities.Contains(severity)) throw new FormatException($"{file}: severity is high, medium or low, not {severity}.");
        return new CheckFile { Id = id, Title = Get("title"), Severity = severity, Why = Get("why"), Controls = Get("controls").Split(", "), Sql = sql };
    }

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(CheckFile).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    // \G: only the lines at the beginning.
    [GeneratedRegex(@"\G-- (?<key>[a-z]+): (?<value>\S.*)\n", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Tenantry.Migrations.Embedded;

/// <summary>A folder with all the programs of a PostgreSQL that we can use.</summary>
internal sealed partial record ProgramFolder(string Path, int Major, string Version)
{
    public const int OldestMajor = 15;

    private static readonly string[] Needed = ["postgres", "initdb", "pg_ctl"];

    public string InitDb => Program(Path, "initdb");

    public string PgCtl => Program(Path, "pg_ctl");

    /// <summary>Null when a program is missing, does not run (also: not for <paramref name="account"/>) or is too old.</summary>
    public static async Task<ProgramFolder?> FindAsync(string folder, ServerAccount account, CancellationToken cancellationToken)
    {
        // A folder on PATH often holds links or wrapper scripts; the server needs its real folder, beside its share and lib.
        var real = RealFolder(folder);
        if (real is null || Array.Exists(Needed, name => !File.Exists(Program(real, name))))
            return null;
        var result = await Command.RunAsync(
            Program(real, "postgres"), ["--version"], System.IO.Path.GetPathRoot(real)!, account.User, cancellationToken);
        var match = VersionLine().Match(result.Output);
        if (!result.Succeeded || !match.Success)
            return null;
        var major = int.Parse(match.Groups["major"].Value, CultureInfo.InvariantCulture);
        return major < OldestMajor ? null : new ProgramFolder(real, major, match.Groups["version"].Value);
    }

    private static string? RealFolder(string folder)
    {
        try
        {
            var postgres = new FileInfo(Program(folder, "postgres"));
            var real = postgres.ResolveLinkTarget(returnFinalTarget: true) ?? postgres;
            return real.Exists ? System.IO.Path.GetDirectoryName(real.FullName) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Program(string folder, string name) =>
        System.IO.Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);

    [GeneratedRegex(@"\(PostgreSQL\) (?<version>(?<major>\d+)\S*)")]
    private static partial Regex VersionLine();
}

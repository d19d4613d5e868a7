namespace Tenantry.Migrations.Embedded;

/// <summary>Finds the PostgreSQL that the machine has: on PATH, else where distributions and installers put it.</summary>
internal static class SystemPrograms
{
    /// <summary>Every usable one, newest first; among equals, the one on PATH first.</summary>
    public static async Task<IReadOnlyList<ProgramFolder>> ListAsync(ServerAccount account, CancellationToken cancellationToken)
    {
        var found = new List<ProgramFolder>();
        foreach (var folder in OnPath().Concat(WellKnown()))
        {
            if (await ProgramFolder.FindAsync(folder, account, cancellationToken) is { } programs && found.TrueForAll(other => other.Path != programs.Path))
                found.Add(programs);
        }
        return [.. found.OrderByDescending(programs => programs.Major)];
    }

    /// <summary>The full path of a program on PATH, or null.</summary>
    public static string? FindOnPath(string name) => OnPath().Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> OnPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(Path.IsPathFullyQualified);

    private static string[] WellKnown()
    {
        if (OperatingSystem.IsWindows())
            return Below(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "*", "bin");
        return
        [
            .. Below("/usr/lib/postgresql", "*", "bin"),
            .. Below("/usr", "pgsql-*", "bin"),
            .. Below("/opt/homebrew/opt", "postgresql*", "bin"),
            .. Below("/usr/local/opt", "postgresql*", "bin"),
            .. Below("/home/linuxbrew/.linuxbrew/opt", "postgresql*", "bin"),
            .. Below("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
            "/usr/local/pgsql/bin",
            "/usr/bin",
        ];
    }

    private static string[] Below(string parent, string pattern, string child)
    {
        try
        {
            return Directory.Exists(parent) ? [.. Directory.GetDirectories(parent, pattern).Select(folder => Path.Combine(folder, child))] : [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }
}

namespace Tenantry.Tests.Foundation;

/// <summary>The source tree that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>What another project was built into, beside these tests: <c>bin/Debug/net10.0</c> in its own folder.</summary>
    public static string BuiltFile(string project, string file) =>
        Path.Combine(Root, project, Path.GetRelativePath(Path.Combine(Root, "Tests"), AppContext.BaseDirectory), file);

    /// <summary>The tracked source files with an ending, relative to the root.</summary>
    public static IEnumerable<string> List(string pattern, params string[] folders) =>
        (folders.Length == 0 ? ["Service", "Migrations", "Tenancy", "Tests"] : folders)
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories))
        .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
        .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal));

    private static string Find(string folder) => File.Exists(Path.Combine(folder, "Tenantry.slnx"))
        ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside the repository."));
}

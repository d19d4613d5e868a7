namespace Tenantry.Migrations.Embedded;

/// <summary>Decides which folder holds the data.</summary>
public static class DataDirectory
{
    private const string Variable = "TENANTRY_DATA";
    private const string RepositoryMark = "Tenantry.slnx";

    /// <summary>The chosen folder, else <c>TENANTRY_DATA</c>, else <c>/var/lib/tenantry</c> for root on Unix, else <c>.data</c> in the repository.</summary>
    public static string Resolve(string? chosen) => Path.GetFullPath(FirstNonEmpty(chosen, Environment.GetEnvironmentVariable(Variable)) ?? Default());

    private static string Default()
    {
        if (ServerAccount.WeAreRoot)
            return "/var/lib/tenantry";
        var current = Directory.GetCurrentDirectory();
        for (var folder = new DirectoryInfo(current); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, RepositoryMark)))
                return Path.Combine(folder.FullName, ".data");
        }
        return Path.Combine(current, ".data");
    }

    private static string? FirstNonEmpty(params string?[] texts) => texts.FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));
}

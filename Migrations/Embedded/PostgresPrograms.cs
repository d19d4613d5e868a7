namespace Tenantry.Migrations.Embedded;

/// <summary>Where the programs of PostgreSQL (<c>initdb</c>, <c>pg_ctl</c>, <c>postgres</c>) come from. Immutable.</summary>
public sealed record PostgresPrograms
{
    private const string Variable = "TENANTRY_POSTGRES";

    private PostgresPrograms(string choice, string? folder = null)
    {
        Choice = choice;
        Folder = folder;
    }

    /// <summary>
    /// Those of the machine, else downloaded ones. When the data directory holds a cluster already, programs of
    /// its major version are preferred, so that installing another PostgreSQL does not make data disappear.
    /// </summary>
    public static PostgresPrograms Auto { get; } = new("auto");

    /// <summary>Only those installed on the machine, newest first.</summary>
    public static PostgresPrograms System { get; } = new("system");

    /// <summary>Only the pinned, downloaded ones.</summary>
    public static PostgresPrograms Download { get; } = new("download");

    internal string Choice { get; }

    internal string? Folder { get; }

    /// <summary>Those in one folder, such as <c>/usr/lib/postgresql/17/bin</c>.</summary>
    public static PostgresPrograms In(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return new PostgresPrograms("folder", folder);
    }

    /// <summary>
    /// What the variable <c>TENANTRY_POSTGRES</c> asks for: <c>auto</c> (also when unset), <c>system</c>,
    /// <c>download</c> or a folder of programs.
    /// </summary>
    public static PostgresPrograms FromEnvironment() => Parse(Environment.GetEnvironmentVariable(Variable));

    internal static PostgresPrograms Parse(string? text) => text?.Trim().ToLowerInvariant() switch
    {
        null or "" or "auto" => Auto,
        "system" => System,
        "download" => Download,
        _ => In(text.Trim()),
    };

    /// <summary>The word, or the folder, that <c>TENANTRY_POSTGRES</c> would hold.</summary>
    public override string ToString() => Folder ?? Choice;
}

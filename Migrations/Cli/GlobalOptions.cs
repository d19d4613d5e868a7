using System.CommandLine;

namespace Tenantry.Migrations.Cli;

/// <summary>The options that every command takes.</summary>
internal static class GlobalOptions
{
    public static readonly Option<bool> Json = new("--json") { Description = "Write the result as JSON", Recursive = true };

    public static readonly Option<string?> Connection = new("--connection")
    {
        Description = "Connection string; else TENANTRY_CONNECTION, else appsettings.json, else the embedded server",
        Recursive = true,
    };

    public static readonly Option<bool> NoColor = new("--no-color") { Description = "Write without colours", Recursive = true };

    public static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Ask nothing", Recursive = true };

    public static IReadOnlyList<Option> All => [Json, Connection, NoColor, Yes];
}

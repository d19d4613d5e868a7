using Microsoft.Extensions.Configuration;
using Tenantry.Migrations.Bootstrap;
using Tenantry.Migrations.Scripting;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Hosting;

/// <summary>Reads <see cref="DatabaseOptions"/> from where service and command line both look.</summary>
public static class DatabaseConfiguration
{
    /// <summary>
    /// <c>TENANTRY_CONNECTION</c>, else <c>ConnectionStrings:Tenantry</c>; beside it <c>ConnectionStrings:Owner</c>,
    /// <c>Control</c>, <c>Data</c> and <c>Auditor</c>, <c>Tenancy:DataLogins</c>, <c>Database:AutoMigrate</c>, and the folders
    /// <c>Scripts:Tenant</c> and <c>Scripts:Host</c>.
    /// </summary>
    /// <exception cref="DatabaseConfigurationException">A value is none of those it may be.</exception>
    public static DatabaseOptions Read(IConfiguration configuration) => new()
    {
        Connection = Text(configuration["TENANTRY_CONNECTION"]) ?? Text(configuration.GetConnectionString("Tenantry")),
        Owner = Text(configuration.GetConnectionString("Owner")),
        Control = Text(configuration.GetConnectionString("Control")),
        Data = Text(configuration.GetConnectionString("Data")),
        Auditor = Text(configuration.GetConnectionString("Auditor")),
        DataLogins = ReadLogins(configuration["Tenancy:DataLogins"]),
        TenantScripts = ReadScripts(configuration["Scripts:Tenant"]) ?? ScriptSet.Tenant,
        HostScripts = ReadScripts(configuration["Scripts:Host"]),
        AutoMigrate = ReadSwitch("Database:AutoMigrate", configuration["Database:AutoMigrate"]),
    };

    private static DataLogins ReadLogins(string? text) => Text(text) switch
    {
        null => DataLogins.Shared,
        { } given when Enum.TryParse<DataLogins>(given, ignoreCase: true, out var logins) && Enum.IsDefined(logins) => logins,
        var other => throw new DatabaseConfigurationException($"Tenancy:DataLogins is Shared or PerTenant, not {other}."),
    };

    private static bool ReadSwitch(string key, string? text) => Text(text) switch
    {
        null => false,
        { } given when bool.TryParse(given, out var on) => on,
        var other => throw new DatabaseConfigurationException($"{key} is true or false, not {other}."),
    };

    private static ScriptSet? ReadScripts(string? folder)
    {
        if (Text(folder) is not { } path) return null;
        try { return ScriptSet.FromFolder(path); }
        catch (Exception error) when (error is ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new DatabaseConfigurationException($"The scripts in {path} cannot be used: {error.Message}");
        }
    }

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}

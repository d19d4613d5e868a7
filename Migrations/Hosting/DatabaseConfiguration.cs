using Microsoft.Extensions.Configuration;

namespace Tenantry.Migrations.Hosting;

/// <summary>Reads <see cref="DatabaseOptions"/> from where service and command line both look.</summary>
public static class DatabaseConfiguration
{
    /// <summary>
    /// <c>TENANTRY_CONNECTION</c>, else <c>ConnectionStrings:Tenantry</c>; beside it <c>ConnectionStrings:Owner</c>,
    /// <c>Control</c>, <c>Data</c> and <c>Auditor</c>, and <c>Database:AutoMigrate</c>.
    /// </summary>
    public static DatabaseOptions Read(IConfiguration configuration) => new()
    {
        Connection = Text(configuration["TENANTRY_CONNECTION"]) ?? Text(configuration.GetConnectionString("Tenantry")),
        Owner = Text(configuration.GetConnectionString("Owner")),
        Control = Text(configuration.GetConnectionString("Control")),
        Data = Text(configuration.GetConnectionString("Data")),
        Auditor = Text(configuration.GetConnectionString("Auditor")),
        AutoMigrate = string.Equals(configuration["Database:AutoMigrate"], "true", StringComparison.OrdinalIgnoreCase),
    };

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}

using System.Globalization;
using Tenantry.Migrations.Fleet;

namespace Tenantry.Migrations.Cli;

/// <summary>A tenant as the command line shows it; the names are part of the JSON contract.</summary>
internal sealed record TenantView(
    string Slug, string Name, string Schema, string State, int Version, long Tables, long SizeBytes, long Members,
    DateTimeOffset CreatedAt, DateTimeOffset? LastMigrationAt, string? LastError, DateTimeOffset? DeletedAt)
{
    public static TenantView Of(TenantDetails details) => new(
        details.Tenant.Slug, details.Tenant.Name, details.Tenant.SchemaName, details.Tenant.State, details.Tenant.Version,
        details.Tables, details.SizeBytes, details.Members,
        details.Tenant.CreatedAt, details.Tenant.LastAttemptAt, details.Tenant.LastError, details.Tenant.DeletedAt);

    public static string Size(long bytes) => bytes < 1024 * 1024
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} kB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024.0:0.#} MB");

    public static string? Time(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

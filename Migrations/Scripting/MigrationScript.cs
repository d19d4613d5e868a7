using System.Security.Cryptography;
using System.Text;

namespace Tenantry.Migrations.Scripting;

/// <summary>One numbered step from a version to the next.</summary>
/// <param name="Version">The number that the file's name begins with, from 1 without gaps.</param>
/// <param name="Name">The file's name without its ending, such as <c>0001_create_projects</c>.</param>
/// <param name="Sql">What takes a schema to this version.</param>
/// <param name="DownSql">What takes it back; null when there is no way back.</param>
public sealed record MigrationScript(int Version, string Name, string Sql, string? DownSql)
{
    /// <summary>SHA-256 of <see cref="Sql"/> with LF line ends, in lower-case hexadecimal.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));
}

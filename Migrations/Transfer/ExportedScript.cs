namespace Tenantry.Migrations.Transfer;

/// <summary>A script that an exported schema had had.</summary>
/// <param name="Name">Its name, such as <c>0001_create_projects</c>.</param>
/// <param name="Checksum">SHA-256 of its text, in lower-case hexadecimal.</param>
public sealed record ExportedScript(string Name, string Checksum);

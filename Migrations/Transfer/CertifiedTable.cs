namespace Tenantry.Migrations.Transfer;

/// <summary>A table in an export.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Bytes">Of its data, before compression.</param>
/// <param name="Sha256">Of its data, in lower-case hexadecimal.</param>
public sealed record CertifiedTable(string Name, long Rows, long Bytes, string Sha256);

namespace Tenantry.Migrations.Transfer;

/// <summary>A table that was carried over, told as progress.</summary>
/// <param name="Name">The table.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Bytes">How many bytes of text they are.</param>
public sealed record TransferredTable(string Name, long Rows, long Bytes);

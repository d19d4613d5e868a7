namespace Tenantry.Migrations.Erasure;

/// <summary>A table that was erased.</summary>
/// <param name="Name">Its name in the tenant's schema.</param>
/// <param name="Rows">How many rows it had when the erasure began.</param>
/// <param name="Bytes">What it took on disk then, with its indexes.</param>
public sealed record ErasedTable(string Name, long Rows, long Bytes);

namespace Tenantry.Migrations.Erasure;

/// <summary>What an erasure leaves, and why.</summary>
/// <param name="Table">The table, of the shared schema.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Reason">Why they are kept.</param>
public sealed record KeptRows(string Table, long Rows, string Reason);

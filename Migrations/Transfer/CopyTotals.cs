namespace Tenantry.Migrations.Transfer;

/// <summary>What went through a stream.</summary>
internal readonly record struct CopyTotals(long Rows, long Bytes, string Sha256);

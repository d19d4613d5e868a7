namespace Tenantry.Migrations.Transfer;

/// <summary>A sequence in an export.</summary>
/// <param name="Name">Its name in the tenant's schema.</param>
/// <param name="LastValue">The last number it gave; null when it gave none.</param>
public sealed record ExportedSequence(string Name, long? LastValue);

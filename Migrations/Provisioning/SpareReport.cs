namespace Tenantry.Migrations.Provisioning;

/// <summary>What came of filling the pool once.</summary>
/// <param name="Made">How many spares were made.</param>
/// <param name="Removed">How many were removed that no org could have taken.</param>
/// <param name="Error">Why it broke off; null when it did not.</param>
public readonly record struct SpareReport(int Made, int Removed, string? Error = null);

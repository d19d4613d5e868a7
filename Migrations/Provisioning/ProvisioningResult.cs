namespace Tenantry.Migrations.Provisioning;

/// <summary>What came of making an org.</summary>
/// <param name="Outcome">Made, or why not.</param>
/// <param name="OrgId">The new org's id; empty unless made.</param>
public readonly record struct ProvisioningResult(ProvisioningOutcome Outcome, Guid OrgId);

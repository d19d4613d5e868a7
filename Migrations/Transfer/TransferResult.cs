using Tenantry.Migrations.Provisioning;

namespace Tenantry.Migrations.Transfer;

/// <summary>What came of making an org from another's data.</summary>
/// <param name="Outcome">Made, or why not; then nothing was.</param>
/// <param name="OrgId">The new org's id; empty unless made.</param>
/// <param name="From">The version that the data were of.</param>
/// <param name="Version">The version that the org is at.</param>
/// <param name="Tables">What was carried over.</param>
public sealed record TransferResult(ProvisioningOutcome Outcome, Guid OrgId, int From, int Version, IReadOnlyList<TransferredTable> Tables);

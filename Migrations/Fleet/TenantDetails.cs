namespace Tenantry.Migrations.Fleet;

/// <summary>What the registry and the catalog know of one tenant.</summary>
/// <param name="Tenant">The registry's row.</param>
/// <param name="Tables">How many tables its schema holds, the journal among them.</param>
/// <param name="SizeBytes">What they take on disk with indexes and TOAST, in bytes.</param>
/// <param name="Members">How many members its org has.</param>
public sealed record TenantDetails(TenantRecord Tenant, long Tables, long SizeBytes, long Members);

using Tenantry.Tenancy.Resilience;

namespace Tenantry.Tenancy;

/// <summary>What all connections to tenants have in common.</summary>
/// <param name="Pool">Where connections come from, with <see cref="DataLogins.Shared"/>.</param>
/// <param name="Directory">Where they come from otherwise; null with <see cref="DataLogins.Shared"/>.</param>
/// <param name="Circuit">Whether connections can be had.</param>
/// <param name="Prologue">What each command begins with.</param>
/// <param name="Known">Who was let into which tenant.</param>
/// <param name="KeepsPlans">Whether a connection keeps a plan for each statement of each tenant.</param>
internal sealed record DataPlane(SharedPool Pool, TenantDirectory? Directory, DatabaseCircuit Circuit, Prologue Prologue, KnownTenants Known, bool KeepsPlans)
{
    /// <summary>The plane of one pool.</summary>
    public static DataPlane Of(SharedPool pool, DatabaseCircuit circuit, TenancyOptions options) =>
        new(pool, null, circuit, new Prologue(options), new KnownTenants(), options.MaxAutoPrepare > 0);
}

namespace Tenantry.Tenancy;

/// <summary>
/// How many requests each tenant has under way. Two tenants whose numbers are alike are counted as one, which makes one of them look
/// busier than it is, and only that. Not thread-safe: the pool's lock guards it.
/// </summary>
internal sealed class TenantLoad
{
    private readonly int[] underWay = new int[4096];

    /// <summary>One more, until <see cref="Leave"/>. How many there are with it.</summary>
    /// <param name="tenant">The same number for the same tenant.</param>
    public int Enter(int tenant) => ++underWay[Place(tenant)];

    /// <summary>One less.</summary>
    /// <param name="tenant">What <see cref="Enter"/> was told.</param>
    public void Leave(int tenant) => underWay[Place(tenant)]--;

    private uint Place(int tenant) => (uint)tenant % (uint)underWay.Length;
}

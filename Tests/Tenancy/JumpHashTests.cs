using Tenantry.Tenancy;

namespace Tenantry.Tests.Tenancy;

/// <summary>Which place a tenant has among so many.</summary>
internal sealed class JumpHashTests
{
    private static readonly int[] Tenants = [.. Enumerable.Range(0, 5000).Select(number => HashCode.Combine(number, 17))];

    [Test]
    public void Tenants_are_spread_evenly([Values(1, 4, 7, 10)] int places)
    {
        var counts = Tenants.CountBy(tenant => JumpHash.Find(tenant, places)).ToDictionary();
        Assert.That(counts.Keys, Is.EquivalentTo(Enumerable.Range(0, places)));
        Assert.That(counts.Values, Is.All.InRange(5000 / places * 0.8, 5000 / places * 1.2));
    }

    [Test]
    public void With_one_place_more_only_those_move_that_move_to_it([Range(1, 20)] int places)
    {
        var moved = Tenants.Where(tenant => JumpHash.Find(tenant, places) != JumpHash.Find(tenant, places + 1)).ToList();
        Assert.That(moved, Is.Not.Empty);
        Assert.That(moved.Select(tenant => JumpHash.Find(tenant, places + 1)), Is.All.EqualTo(places));
    }
}

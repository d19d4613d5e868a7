namespace Tenantry.Migrations.Fleet;

/// <summary>The parts, one after the other, in which a run goes through the fleet.</summary>
internal static class FleetRings
{
    /// <summary>Canaries first, then what each ring adds; none is empty, and together they are all.</summary>
    public static IEnumerable<(string Name, IReadOnlyList<TenantRecord> Tenants)> Split(IReadOnlyList<TenantRecord> tenants, FleetOptions options)
    {
        var done = Math.Min(options.Canary, tenants.Count);
        if (done > 0) yield return ("the canaries", [.. tenants.Take(done)]);
        foreach (var percent in options.Rings)
        {
            // Rounded up: the first ring of a small fleet is one tenant, not none.
            var end = (int)(((long)tenants.Count * percent + 99) / 100);
            if (end <= done) continue;
            yield return ($"the ring of {percent}%", [.. tenants.Take(end).Skip(done)]);
            done = end;
        }
    }
}

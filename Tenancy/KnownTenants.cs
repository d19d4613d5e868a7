using System.Collections.Concurrent;

namespace Tenantry.Tenancy;

/// <summary>
/// Which tenant an org's name led to when the database last let somebody in. Remembered for a minute, which is safe: it decides
/// what is quick, and the right is proven by each command all the same. Thread-safe.
/// </summary>
internal sealed class KnownTenants
{
    private const int Remembered = 10_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(Slug Org, Guid? Id), (TenantEntry Entry, long Since)> entries = new();

    public TenantEntry? Find(TenantScope scope) =>
        entries.TryGetValue((scope.Org, scope.OrgId), out var known) && TimeProvider.System.GetElapsedTime(known.Since) < Lifetime ? known.Entry : null;

    public void Remember(TenantScope scope, TenantEntry entry)
    {
        if (entries.Count >= Remembered) entries.Clear();
        entries[(scope.Org, scope.OrgId)] = (entry, TimeProvider.System.GetTimestamp());
    }

    public void Forget(TenantScope scope) => entries.TryRemove((scope.Org, scope.OrgId), out _);
}

using System.Collections.Concurrent;
using Tenantry.Tenancy;

namespace Tenantry.Service.Limits;

/// <summary>
/// Which tenant the database let a session into lately, under the name by which it claimed it, and what that tenant's plan allows.
/// It decides whose budget a request is counted against and nothing else: the right is proven by each command all the same.
/// </summary>
internal sealed class ProvenOrgs(TimeProvider time)
{
    private const int Remembered = 100_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(Guid SessionId, Slug Org, Guid? OrgId), (SchemaName Schema, long Since)> claims = new();

    // One for each tenant, not each session: a plan that changed holds for all its members with the first who is told.
    private readonly ConcurrentDictionary<SchemaName, TenantEntry> entries = new();

    public TenantEntry? Find(TenantScope scope) =>
        claims.TryGetValue(KeyOf(scope), out var proven) && time.GetElapsedTime(proven.Since) < Lifetime ? entries.GetValueOrDefault(proven.Schema) : null;

    public void Remember(TenantScope scope, TenantEntry entry)
    {
        if (!entries.TryGetValue(entry.Schema, out var known) || known != entry) Put(entries, entry.Schema, entry);
        var key = KeyOf(scope);
        if (claims.TryGetValue(key, out var proven) && proven.Schema == entry.Schema && time.GetElapsedTime(proven.Since) < Lifetime / 2) return;
        Put(claims, key, (entry.Schema, time.GetTimestamp()));
    }

    public void Forget(TenantScope scope) => claims.TryRemove(KeyOf(scope), out _);

    private static void Put<TKey, TValue>(ConcurrentDictionary<TKey, TValue> map, TKey key, TValue value)
        where TKey : notnull
    {
        // Whoever is forgotten is proven again by the next request.
        if (!map.ContainsKey(key) && map.Count >= Remembered) map.Clear();
        map[key] = value;
    }

    private static (Guid SessionId, Slug Org, Guid? OrgId) KeyOf(TenantScope scope) => (scope.SessionId, scope.Org, scope.OrgId);
}

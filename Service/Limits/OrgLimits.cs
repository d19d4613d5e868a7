using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Tenantry.Tenancy;

namespace Tenantry.Service.Limits;

/// <summary>
/// Keeps one org from taking what all share on this node: so many requests a second, so many connections of the data pool. An
/// org's budget is spent only by sessions that the database let into it; who is not proven spends the caller's own, which is the
/// same for every org that could be named. What is idle is dropped by the limiters.
/// </summary>
internal sealed class OrgLimits : IDisposable
{
    private readonly PartitionedRateLimiter<TenantEntry>[] proven;
    private readonly PartitionedRateLimiter<Guid>[] unproven;
    private readonly PartitionedRateLimiter<SchemaName> looks;
    private readonly PartitionedRateLimiter<TenantEntry> org;
    private readonly PartitionedRateLimiter<Guid> caller;

    public OrgLimits(IOptions<LimitOptions> limits, TenancyOptions tenancy)
    {
        var options = limits.Value;
        int Connections(int percent) => Math.Max(1, tenancy.DataPoolSize * percent / 100);
        // The numbers are part of the key: a plan that changed is another partition.
        proven =
        [
            PartitionedRateLimiter.Create<TenantEntry, (SchemaName, int)>(entry =>
            {
                var rate = entry.RequestsPerSecond ?? options.RequestsPerSecond;
                return RateLimitPartition.GetTokenBucketLimiter((entry.Schema, rate), _ => Rate(rate, options.Queue));
            }),
            PartitionedRateLimiter.Create<TenantEntry, (SchemaName, int)>(entry =>
            {
                var share = entry.PoolShare ?? options.PoolShare;
                return RateLimitPartition.GetConcurrencyLimiter((entry.Schema, share), _ => AtOnce(Connections(share), options.Queue));
            }),
        ];
        unproven =
        [
            PartitionedRateLimiter.Create<Guid, Guid>(userId => RateLimitPartition.GetTokenBucketLimiter(userId, _ => Rate(options.UnprovenPerSecond, waiting: 0))),
            PartitionedRateLimiter.Create<Guid, Guid>(userId => RateLimitPartition.GetConcurrencyLimiter(userId, _ => AtOnce(Connections(10), options.Queue))),
            PartitionedRateLimiter.Create<Guid, bool>(_ => RateLimitPartition.GetConcurrencyLimiter(false, _ => AtOnce(Connections(options.PoolShare), options.Queue * 10))),
        ];
        // As many as wait there are streams, which have a limit of their own.
        looks = PartitionedRateLimiter.Create<SchemaName, SchemaName>(schema => RateLimitPartition.GetConcurrencyLimiter(schema, _ => AtOnce(Connections(10), int.MaxValue)));
        (org, caller) = (PartitionedRateLimiter.CreateChained(proven), PartitionedRateLimiter.CreateChained(unproven));
    }

    /// <summary>A place for a request, to be disposed when it needs no connection any more; waits while the org's others have them.</summary>
    public ValueTask<RateLimitLease> AcquireAsync(TenantEntry? entry, Guid userId, CancellationToken cancellationToken) =>
        entry is null ? caller.AcquireAsync(userId, 1, cancellationToken) : org.AcquireAsync(entry, 1, cancellationToken);

    /// <summary>A place for one look of a live stream of the org, which is proven.</summary>
    public ValueTask<RateLimitLease> AcquireLookAsync(Guid orgId, CancellationToken cancellationToken) => looks.AcquireAsync(SchemaName.For(orgId), 1, cancellationToken);

    // A chain does not dispose its links.
    public void Dispose()
    {
        foreach (var limiter in (IDisposable[])[org, caller, looks, .. proven, .. unproven]) limiter.Dispose();
    }

    // In ten small parts a second, where there are as many, and not at one stroke.
    private static TokenBucketRateLimiterOptions Rate(int perSecond, int waiting)
    {
        var parts = perSecond < 10 ? 1 : 10;
        return new()
        {
            TokenLimit = 2 * perSecond,
            TokensPerPeriod = perSecond / parts,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1) / parts,
            QueueLimit = waiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        };
    }

    private static ConcurrencyLimiterOptions AtOnce(int most, int waiting) =>
        new() { PermitLimit = most, QueueLimit = waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst };
}

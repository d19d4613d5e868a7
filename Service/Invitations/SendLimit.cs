using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Tenantry.Service.Invitations;

/// <summary>
/// How many invitations an org, and a caller in all orgs, may send in an hour, counted on each node. It is asked when the caller
/// is proved to be a member: what strangers send does not count against the org.
/// </summary>
internal sealed class SendLimit(IOptions<InvitationOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<(Guid OrgId, Guid UserId)> limiter = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<(Guid OrgId, Guid UserId), Guid>(sender => RateLimitPartition.GetFixedWindowLimiter(sender.UserId, _ => Hourly(options.Value))),
        PartitionedRateLimiter.Create<(Guid OrgId, Guid UserId), Guid>(sender => RateLimitPartition.GetFixedWindowLimiter(sender.OrgId, _ => Hourly(options.Value))));

    public RateLimitLease Acquire(Guid orgId, Guid userId) => limiter.AttemptAcquire((orgId, userId));

    public void Dispose() => limiter.Dispose();

    private static FixedWindowRateLimiterOptions Hourly(InvitationOptions options) => new() { PermitLimit = options.PerHour, Window = TimeSpan.FromHours(1) };
}

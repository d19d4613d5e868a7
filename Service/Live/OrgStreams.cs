using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Service.Limits;
using Tenantry.Service.Tenants;
using Tenantry.Tenancy;

namespace Tenantry.Service.Live;

/// <summary>Opens streams, for server-sent events and hubs alike.</summary>
internal sealed class OrgStreams(
    OrgCheck check, TenantDatabase tenants, OrgLimits limits, Announcements announcements, StreamLimit limit, TimeProvider time, ILogger<OrgStream> logger)
{
    /// <summary>The stream, to be disposed when it ends, or why the caller gets none.</summary>
    /// <exception cref="TenantRefusedException">The tenant is not served at its version.</exception>
    public async Task<(OrgStream? Stream, ErrorCode? Refusal)> OpenAsync(Caller caller, TenantScope scope, Guid? after, CancellationToken cancellationToken)
    {
        var (org, refusal) = await check.EnterAsync(scope, cancellationToken);
        if (org is null) return (null, refusal);
        if (limit.TryTake(caller.UserId) is not { } place) return (null, ErrorCode.RateLimited);

        var now = time.GetUtcNow();
        var pinned = new TenantScope(scope.SessionId, default, scope.Require) { OrgId = org.Id };
        // Subscribed before the first look: what is committed in between rings.
        var stream = new OrgStream(
            tenants, limits, pinned, after is { } last ? EventWindow.After(last, now) : EventWindow.StartingAt(now),
            announcements, announcements.Subscribe(org.Id, caller.UserId), place, time, logger);
        try
        {
            if (after is null) await stream.SkipAsync(cancellationToken);
            return (stream, null);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}

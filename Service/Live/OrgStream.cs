using System.Runtime.CompilerServices;
using Tenantry.Service.Errors;
using Tenantry.Service.Limits;
using Tenantry.Tenancy;

namespace Tenantry.Service.Live;

/// <summary>
/// One caller's live events of one org. Each look goes through the prologue, under the caller's own scope, so that what ends the
/// right ends the stream; between looks it holds no connection. The scope names the org by its id: no rename leads elsewhere.
/// </summary>
internal sealed partial class OrgStream(
    TenantDatabase tenants, OrgLimits limits, TenantScope scope, EventWindow window, Announcements announcements, Announcements.Subscription subscription,
    IDisposable place, TimeProvider time, ILogger<OrgStream> logger) : IDisposable
{
    private const int PageSize = 200;

    public TenantScope Scope => scope;

    /// <summary>Passes over what there is already. Refused as any command of the scope.</summary>
    public async Task SkipAsync(CancellationToken cancellationToken) => await LookAsync(cancellationToken);

    /// <summary>Goes on until the right ends, which is its last item, or until it is cancelled, which has none.</summary>
    public async IAsyncEnumerable<StreamItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var (events, end) = await TryLookAsync(cancellationToken);
            foreach (var found in events) yield return new StreamItem(found, null);
            if (end is not null)
            {
                yield return new StreamItem(null, end);
                yield break;
            }

            if (events.Count == 0) yield return default;
            await TryWaitAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        subscription.Dispose();
        place.Dispose();
    }

    private async Task<(IReadOnlyList<OrgEvent> Events, ErrorCode? End)> TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await LookAsync(cancellationToken), null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ([], null);
        }
        catch (Exception error)
        {
            // Without an answer of the database nobody has a right: the client comes again.
            var code = ApiExceptionHandler.CodeOf(error);
            if (code == ErrorCode.ServerError) Log.Unexpected(logger, error);
            return ([], code);
        }
    }

    private async Task<IReadOnlyList<OrgEvent>> LookAsync(CancellationToken cancellationToken)
    {
        // One write wakes all of an org's streams: few of them look at a time.
        using var turn = await limits.AcquireLookAsync(scope.OrgId!.Value, cancellationToken);
        await using var tenant = tenants.CreateConnection(scope);
        var fresh = new List<OrgEvent>();
        var after = window.Floor;
        for (var count = PageSize; count == PageSize;)
        {
            var page = await EventQueries.ListAsync(tenant, after, PageSize, cancellationToken);
            fresh.AddRange(page.Where(found => window.Admit(found.Id)));
            count = page.Count;
            if (count > 0) after = page[^1].Id;
        }

        window.Advance(time.GetUtcNow());
        return fresh;
    }

    private async Task TryWaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await subscription.Wakeup.WaitAsync(announcements.LookEvery, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Seen by the loop.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1204, LogLevel.Error, "A live stream failed unexpectedly.")]
        public static partial void Unexpected(ILogger logger, Exception exception);
    }
}

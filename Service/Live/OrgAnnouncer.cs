using System.Data.Common;
using System.Threading.Channels;
using Dapper;
using Tenantry.Tenancy;

namespace Tenantry.Service.Live;

/// <summary>
/// Tells all nodes that something was committed in an org, behind the answer and by the control plane: a tenant's own
/// transaction notifies nobody. What is told while a telling is under way goes together. A telling that is lost is made good by
/// the streams, which look by themselves.
/// </summary>
internal sealed partial class OrgAnnouncer(ControlDatabase database, ILogger<OrgAnnouncer> logger) : BackgroundService
{
    private const int MostWaiting = 10_000;
    private const string Announce = "select public.announce_orgs(@slugs, @ids)";

    private readonly Channel<TenantScope> waiting = Channel.CreateBounded<TenantScope>(new BoundedChannelOptions(MostWaiting)
    {
        FullMode = BoundedChannelFullMode.DropWrite,
        SingleReader = true,
    });

    /// <summary>Never waits and never fails.</summary>
    public void Tell(TenantScope scope) => waiting.Writer.TryWrite(scope);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await waiting.Reader.WaitToReadAsync(stoppingToken)) await TellAllAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task TellAllAsync(CancellationToken cancellationToken)
    {
        var slugs = new HashSet<string>();
        var ids = new HashSet<Guid>();
        while (waiting.Reader.TryRead(out var scope))
        {
            if (scope.OrgId is { } id) ids.Add(id);
            else slugs.Add(scope.Org.Value);
        }

        try
        {
            await using DbConnection control = await database.OpenAsync(cancellationToken);
            await control.ExecuteAsync(new CommandDefinition(Announce, new { slugs = slugs.ToArray(), ids = ids.ToArray() }, cancellationToken: cancellationToken));
        }
        // Whatever it is, the streams look by themselves and the service goes on.
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotTold(logger, slugs.Count + ids.Count, error.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1203, LogLevel.Warning, "Changes in {Count} orgs were not announced: {Reason}")]
        public static partial void NotTold(ILogger logger, int count, string reason);
    }
}

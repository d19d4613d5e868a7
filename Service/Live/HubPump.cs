using Microsoft.AspNetCore.SignalR;
using Tenantry.Service.Errors;

namespace Tenantry.Service.Live;

/// <summary>Carries a stream to a hub's connection for as long as both last, and aborts the connection with the stream.</summary>
internal sealed partial class HubPump(IHubContext<OrgHub> hub, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<HubPump> logger)
{
    private const string Ready = "ready";
    private const string Event = "event";
    private const string End = "end";

    // An abort overtakes what is on its way. Meanwhile nothing is told and methods are refused.
    private static readonly TimeSpan Farewell = TimeSpan.FromMilliseconds(250);

    /// <summary>Begins, and disposes the stream in the end.</summary>
    public void Start(HubCallerContext connection, OrgStream stream) => _ = RunAsync(connection, stream, null);

    /// <summary>Says why there is no stream, and aborts the connection.</summary>
    public void Refuse(HubCallerContext connection, ErrorCode refusal) => _ = RunAsync(connection, null, refusal);

    private async Task RunAsync(HubCallerContext connection, OrgStream? stream, ErrorCode? refusal)
    {
        var client = hub.Clients.Client(connection.ConnectionId);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping, connection.ConnectionAborted);
        try
        {
            if (stream is not null) refusal = await CarryAsync(client, stream, end.Token);
            if (refusal is null) return;
            await client.SendAsync(End, refusal.Code, end.Token);
            await Task.Delay(Farewell, time, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The client is gone, or the service stops.
        }
        catch (Exception error)
        {
            Log.Unexpected(logger, error);
        }
        finally
        {
            stream?.Dispose();
            connection.Abort();
        }
    }

    private static async Task<ErrorCode?> CarryAsync(IClientProxy client, OrgStream stream, CancellationToken cancellationToken)
    {
        await client.SendAsync(Ready, cancellationToken);
        await foreach (var item in stream.ReadAsync(cancellationToken))
        {
            if (item.End is { } end) return end;
            if (item.Event is { } happened) await client.SendAsync(Event, happened, cancellationToken);
        }

        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(1205, LogLevel.Error, "A hub's connection failed unexpectedly.")]
        public static partial void Unexpected(ILogger logger, Exception exception);
    }
}

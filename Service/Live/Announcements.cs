using Tenantry.Tenancy;

namespace Tenantry.Service.Live;

/// <summary>
/// This node's one listening connection, and the streams that it wakes. While nothing is announced, streams look often by
/// themselves; they look now and then in any case, so that an announcement that is lost is made good.
/// </summary>
internal sealed partial class Announcements(ControlDatabase database, ILogger<Announcements> logger) : BackgroundService
{
    private static readonly TimeSpan WhenListening = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan WhenDeaf = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, HashSet<Wakeup>> wakeups = [];
    private volatile bool listening;

    /// <summary>After how long a stream that nobody wakes looks by itself.</summary>
    public TimeSpan LookEvery => listening ? WhenListening : WhenDeaf;

    /// <summary>Rings for each announcement of one of the ids, until it is disposed.</summary>
    public Subscription Subscribe(params Guid[] ids)
    {
        var subscription = new Subscription(this, ids);
        lock (gate)
            foreach (var id in ids)
            {
                if (!wakeups.TryGetValue(id, out var those)) wakeups[id] = those = [];
                those.Add(subscription.Wakeup);
            }

        return subscription;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var announcement in database.ListenAsync(stoppingToken)) Tell(announcement);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The service stops.
            }
            // Whatever it is, streams look by themselves and the service goes on.
            catch (Exception error)
            {
                Log.Failed(logger, error);
                Tell(new Announcement(Listening: false, null));
                await Task.Delay(WhenListening, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Tell(Announcement announcement)
    {
        if (announcement.Listening && !listening) Log.Listening(logger);
        if (!announcement.Listening && listening) Log.Lost(logger);
        listening = announcement.Listening;
        lock (gate)
        {
            if (announcement.Id is not { } id) foreach (var wakeup in wakeups.Values.SelectMany(those => those)) wakeup.Ring();
            else if (wakeups.TryGetValue(id, out var those)) foreach (var wakeup in those) wakeup.Ring();
        }
    }

    private void Leave(Subscription subscription, Guid[] ids)
    {
        lock (gate)
            foreach (var id in ids)
                if (wakeups.TryGetValue(id, out var those) && those.Remove(subscription.Wakeup) && those.Count == 0) wakeups.Remove(id);
    }

    /// <summary>A stream's place among those that are woken.</summary>
    internal sealed class Subscription(Announcements announcements, Guid[] ids) : IDisposable
    {
        public Wakeup Wakeup { get; } = new();

        public void Dispose()
        {
            announcements.Leave(this, ids);
            Wakeup.Dispose();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Information, "Listening for announcements.")]
        public static partial void Listening(ILogger logger);

        [LoggerMessage(1207, LogLevel.Error, "Listening failed unexpectedly; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(1202, LogLevel.Warning, "The listening connection is lost; live streams look by themselves until it is back.")]
        public static partial void Lost(ILogger logger);
    }
}

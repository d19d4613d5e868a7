using Npgsql;

namespace Tenantry.Tenancy;

/// <summary>A few of the shared connections, and how many of them are in use. Thread-safe.</summary>
/// <param name="source">Where they come from.</param>
/// <param name="size">How many there are.</param>
internal sealed class PoolPart(NpgsqlDataSource source, int size) : IAsyncDisposable
{
    private readonly SemaphoreSlim room = new(size);
    private int waiting;
    private bool held;

    public NpgsqlDataSource Source => source;

    public int Size => size;

    /// <summary>How long a request waits for one of them, rather than go where its tenant's plans have to be made: about what a statement takes.</summary>
    public TimeSpan Moment { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>The same where every connection is in use, so that statements take many times as long and plans as well.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(20);

    public static PoolPart Build(TenancyOptions options, int number, int size) => new(
        DataSources.Build(options.DataConnection, size, "tenantry data", options.ConnectionLifetime, $"tenantry data {number}", options.MaxAutoPrepare, options.ResetSessions), size);

    public bool TryTake() => room.Wait(0);

    /// <summary>
    /// Waits where that is likely to help: not behind many others, and not where somebody waited in vain and nothing has been given
    /// back since.
    /// </summary>
    /// <param name="crowded">Whether all others are in use too: two then wait for each of these instead of one, and longer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<bool> TryTakeSoonAsync(bool crowded, CancellationToken cancellationToken)
    {
        if (TryTake()) return true;
        if (Volatile.Read(ref held)) return false;
        try
        {
            if (Interlocked.Increment(ref waiting) > (crowded ? 2 * size : size)) return false;
            if (await room.WaitAsync(crowded ? Patience : Moment, cancellationToken)) return true;
        }
        finally { Interlocked.Decrement(ref waiting); }

        Volatile.Write(ref held, true);
        return false;
    }

    public void Give()
    {
        Volatile.Write(ref held, false);
        room.Release();
    }

    /// <summary>Closes what is not in use. Who has a connection still may give it back.</summary>
    public ValueTask DisposeAsync() => source.DisposeAsync();
}

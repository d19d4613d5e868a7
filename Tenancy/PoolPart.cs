using Npgsql;

namespace Tenantry.Tenancy;

/// <summary>A few of the shared connections, and how many of them are in use. Thread-safe.</summary>
/// <param name="source">Where they come from.</param>
/// <param name="size">How many there are.</param>
internal sealed class PoolPart(NpgsqlDataSource source, int size) : IAsyncDisposable
{
    private readonly SemaphoreSlim room = new(size);
    private int waiting;
    private long busyUntil;

    public NpgsqlDataSource Source => source;

    public int Size => size;

    /// <summary>How long a request waits for one of them, rather than go where its tenant's plans have to be made: about what a statement takes.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How long nobody waits once it was in vain: those who have the connections keep them.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromMilliseconds(100);

    public static PoolPart Build(TenancyOptions options, int number, int size) => new(
        DataSources.Build(options.DataConnection, size, "tenantry data", options.ConnectionLifetime, $"tenantry data {number}", options.MaxAutoPrepare, options.ResetSessions), size);

    public bool TryTake() => room.Wait(0);

    /// <summary>Waits a moment where that is likely to help: not behind others, and not where the last one waited in vain.</summary>
    public async ValueTask<bool> TryTakeSoonAsync(CancellationToken cancellationToken)
    {
        if (TryTake()) return true;
        if (Environment.TickCount64 < Volatile.Read(ref busyUntil)) return false;
        try
        {
            if (Interlocked.Increment(ref waiting) > size) return false;
            if (await room.WaitAsync(Patience, cancellationToken)) return true;
        }
        finally { Interlocked.Decrement(ref waiting); }

        Volatile.Write(ref busyUntil, Environment.TickCount64 + (long)Rest.TotalMilliseconds);
        return false;
    }

    public void Give() => room.Release();

    /// <summary>Closes what is not in use. Who has a connection still may give it back.</summary>
    public ValueTask DisposeAsync() => source.DisposeAsync();
}

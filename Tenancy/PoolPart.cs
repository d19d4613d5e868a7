using Npgsql;

namespace Tenantry.Tenancy;

/// <summary>A few of the shared connections, and how many of them are in use. Not thread-safe: the pool's lock guards it.</summary>
/// <param name="source">Where they come from.</param>
/// <param name="size">How many there are.</param>
internal sealed class PoolPart(NpgsqlDataSource source, int size) : IAsyncDisposable
{
    private int inUse;

    public NpgsqlDataSource Source => source;

    public int Size => size;

    public bool IsFull => inUse == size;

    /// <summary>The timestamp of when one was taken last.</summary>
    public long Taken { get; private set; }

    public static PoolPart Build(TenancyOptions options, int number, int size) => new(
        DataSources.Build(options.DataConnection, size, "tenantry data", options.ConnectionLifetime, $"tenantry data {number}", options.MaxAutoPrepare, options.ResetSessions, TenantCommand.DefaultTimeout), size);

    public bool TryTake(long now)
    {
        if (IsFull) return false;
        inUse++;
        Taken = now;
        return true;
    }

    public void Give() => inUse--;

    /// <summary>Closes what is not in use. Who has a connection still may give it back.</summary>
    public ValueTask DisposeAsync() => source.DisposeAsync();
}

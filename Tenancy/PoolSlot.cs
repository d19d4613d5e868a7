using Npgsql;

namespace Tenantry.Tenancy;

/// <summary>One of the shared connections, and whether it is in use. Not thread-safe: the pool's lock guards it.</summary>
/// <param name="source">Where it comes from.</param>
internal sealed class PoolSlot(NpgsqlDataSource source) : IAsyncDisposable
{
    public NpgsqlDataSource Source => source;

    public bool IsTaken { get; private set; }

    /// <summary>The timestamp of when it was taken last.</summary>
    public long Taken { get; private set; }

    public static PoolSlot Build(TenancyOptions options, int number) => new(
        DataSources.Build(options.DataConnection, 1, "tenantry data", options.ConnectionLifetime, $"tenantry data {number}", options.MaxAutoPrepare, options.ResetSessions, TenantCommand.DefaultTimeout));

    public bool TryTake(long now)
    {
        if (IsTaken) return false;
        (IsTaken, Taken) = (true, now);
        return true;
    }

    public void Give() => IsTaken = false;

    /// <summary>Closes it unless it is in use. Who has it still may give it back.</summary>
    public ValueTask DisposeAsync() => source.DisposeAsync();
}

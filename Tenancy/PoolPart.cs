using Npgsql;

namespace Tenantry.Tenancy;

/// <summary>A few of the shared connections, and how many of them are in use.</summary>
internal sealed class PoolPart(NpgsqlDataSource source, int size)
{
    private int taken;

    public NpgsqlDataSource Source => source;

    public int Size => size;

    public static PoolPart Build(TenancyOptions options, int number, int size) => new(
        DataSources.Build(options.DataConnection, size, "tenantry data", options.ConnectionLifetime, $"tenantry data {number}", options.MaxAutoPrepare, options.ResetSessions), size);

    public bool TryTake()
    {
        if (Interlocked.Increment(ref taken) <= size) return true;
        Give();
        return false;
    }

    public void Give() => Interlocked.Decrement(ref taken);
}

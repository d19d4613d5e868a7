using Npgsql;
using Tenantry.Tenancy.Resilience;

namespace Tenantry.Tenancy;

/// <summary>
/// The connections that all tenants share, in parts of a few. A tenant prefers one part, whose connections then know its tables
/// and keep its plans, and the ones after it where it has more requests than that has connections; where those do not come back
/// soon, or too many wait for them, the next that is free serves it. As many parts are preferred as the load needs, so that a
/// small one keeps few connections warm instead of many cold. Thread-safe.
/// </summary>
internal sealed class SharedPool : IAsyncDisposable
{
    private const int PartSize = 2, FewestParts = 4;

    private readonly PoolPart[] parts;
    private readonly SemaphoreSlim free;
    private readonly TenantLoad load = new();
    private readonly RecentPeak peak;
    private readonly int size;
    private readonly TimeSpan patience;

    /// <param name="parts">What it consists of.</param>
    /// <param name="patience">How long to wait for a connection when all are in use.</param>
    /// <param name="time">By which the load of late is told.</param>
    public SharedPool(IEnumerable<PoolPart> parts, TimeSpan patience, TimeProvider? time = null)
    {
        this.parts = [.. parts];
        this.patience = patience;
        size = this.parts.Sum(part => part.Size);
        free = new SemaphoreSlim(size);
        peak = new RecentPeak(time ?? TimeProvider.System);
    }

    /// <summary>As many connections as the options say.</summary>
    public static SharedPool Build(TenancyOptions options)
    {
        var parts = Math.Max(1, options.DataPoolSize / PartSize);
        var patience = TimeSpan.FromSeconds(new NpgsqlConnectionStringBuilder(options.DataConnection).Timeout);
        return new SharedPool(Enumerable.Range(0, parts).Select(number => PoolPart.Build(options, number + 1, (options.DataPoolSize + number) / parts)),
            patience < options.OpenTimeout && patience > TimeSpan.Zero ? patience : options.OpenTimeout);
    }

    /// <summary>A connection to be had at once from the place's data source, until the place is disposed.</summary>
    /// <param name="preference">The same number for the same tenant.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DatabaseUnavailableException">All were in use for too long. The database is not to blame: no circuit opens.</exception>
    public async ValueTask<PoolPlace> TakeAsync(int preference, CancellationToken cancellationToken)
    {
        var requests = load.Enter(preference);
        var counted = false;
        try
        {
            counted = await free.WaitAsync(patience, cancellationToken);
            if (!counted) throw Exhausted();
            var order = OrderFor(preference);
            var own = parts[order.At(0)];
            var part = FindFree(order, requests) ?? (await own.TryTakeSoonAsync(crowded: free.CurrentCount == 0, cancellationToken) ? own : FindAnyFree(order));
            return new PoolPlace(this, part, preference);
        }
        catch
        {
            load.Leave(preference);
            if (counted) free.Release();
            throw;
        }
    }

    /// <summary>As <see cref="TakeAsync"/>, but at once where any is free.</summary>
    public PoolPlace Take(int preference)
    {
        if (!free.Wait(patience)) throw Exhausted();
        load.Enter(preference);
        return new PoolPlace(this, FindAnyFree(OrderFor(preference)), preference);
    }

    /// <summary>Has nobody get a connection again that was there before.</summary>
    public void Clear()
    {
        foreach (var part in parts) part.Source.Clear();
    }

    /// <inheritdoc cref="PoolPart.DisposeAsync"/>
    public async ValueTask DisposeAsync()
    {
        foreach (var part in parts) await part.DisposeAsync();
    }

    /// <summary>A place is free again.</summary>
    internal void Give(PoolPart part, int preference)
    {
        part.Give();
        load.Leave(preference);
        free.Release();
    }

    private Order OrderFor(int preference)
    {
        var needed = (int)Math.Ceiling((double)peak.Note(size - free.CurrentCount) * parts.Length / size);
        var among = Math.Min(Math.Max(needed, FewestParts), parts.Length);
        return new Order(JumpHash.Find(preference, among), among);
    }

    // Of the parts that have room for as many requests as the tenant has: to wait for fewer connections costs it more than to have its
    // plans made on some more of them, once.
    private PoolPart? FindFree(Order order, int requests)
    {
        var room = 0;
        for (var place = 0; place < parts.Length && room < requests; place++)
        {
            var part = parts[order.At(place)];
            if (part.TryTake()) return part;
            room += part.Size;
        }

        return null;
    }

    // Who comes here has been counted, so that there is room in some part.
    private PoolPart FindAnyFree(Order order)
    {
        for (var place = 0; ; place = (place + 1) % parts.Length)
            if (parts[order.At(place)] is var part && part.TryTake()) return part;
    }

    private static DatabaseUnavailableException Exhausted() => new("All connections to tenants are in use.", new TimeoutException());

    // In which order a tenant prefers the parts: its own first, then the others that are preferred by anybody, and those that are not.
    private readonly record struct Order(int Own, int Among)
    {
        public int At(int place) => place < Among ? (Own + place) % Among : place;
    }
}

/// <summary>One connection's room in a part, until it is disposed, once; the connection is to be closed by then.</summary>
internal sealed class PoolPlace(SharedPool pool, PoolPart part, int preference) : IDisposable
{
    public NpgsqlDataSource Source => part.Source;

    public void Dispose() => pool.Give(part, preference);
}

using Npgsql;
using Tenantry.Tenancy.Resilience;

namespace Tenantry.Tenancy;

/// <summary>
/// The connections that all tenants share, in parts of a few. A tenant prefers one part, whose connections then know its tables
/// and keep its plans; where that one's do not come back soon, or too many wait for them, the next that is free serves it. Thread-safe.
/// </summary>
internal sealed class SharedPool : IAsyncDisposable
{
    private const int PartSize = 2;

    private readonly PoolPart[] parts;
    private readonly SemaphoreSlim free;
    private readonly TimeSpan patience;

    /// <param name="parts">What it consists of.</param>
    /// <param name="patience">How long to wait for a connection when all are in use.</param>
    public SharedPool(IEnumerable<PoolPart> parts, TimeSpan patience)
    {
        this.parts = [.. parts];
        this.patience = patience;
        free = new SemaphoreSlim(this.parts.Sum(part => part.Size));
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
        if (!await free.WaitAsync(patience, cancellationToken)) throw Exhausted();
        try
        {
            var preferred = parts[(uint)preference % (uint)parts.Length];
            return await preferred.TryTakeSoonAsync(crowded: free.CurrentCount == 0, cancellationToken) ? new PoolPlace(preferred, free) : Choose(preference);
        }
        catch (OperationCanceledException)
        {
            free.Release();
            throw;
        }
    }

    /// <summary>As <see cref="TakeAsync"/>, but at once where any is free.</summary>
    public PoolPlace Take(int preference) => free.Wait(patience) ? Choose(preference) : throw Exhausted();

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

    // Who comes here has been counted, so that there is room in some part.
    private PoolPlace Choose(int preference)
    {
        for (var at = (uint)preference; ; at++)
            if (parts[at % (uint)parts.Length] is var part && part.TryTake()) return new PoolPlace(part, free);
    }

    private static DatabaseUnavailableException Exhausted() => new("All connections to tenants are in use.", new TimeoutException());
}

/// <summary>One connection's room in a part, until it is disposed, once; the connection is to be closed by then.</summary>
internal sealed class PoolPlace(PoolPart part, SemaphoreSlim free) : IDisposable
{
    public NpgsqlDataSource Source => part.Source;

    public void Dispose()
    {
        part.Give();
        free.Release();
    }
}

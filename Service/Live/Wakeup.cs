namespace Tenantry.Service.Live;

/// <summary>Wakes one stream. However often it is rung meanwhile, it wakes once.</summary>
internal sealed class Wakeup : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim rung = new(0, 1);
    private bool disposed;

    public void Ring()
    {
        lock (gate)
            if (!disposed && rung.CurrentCount == 0) rung.Release();
    }

    /// <summary>Comes back when it is rung, or after the time given.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => rung.WaitAsync(atMost, cancellationToken);

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            rung.Dispose();
        }
    }
}

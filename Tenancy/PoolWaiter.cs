namespace Tenantry.Tenancy;

/// <summary>
/// A request that waits for a connection, and learns which it gets. Who gives a connection back sends the next command
/// on it, and goes on when that is on its way: to wake another thread for it would cost more than it does. Completed outside of the
/// pool's lock, which guards all else.
/// </summary>
internal sealed class PoolWaiter : TaskCompletionSource<int>
{
    private readonly SharedPool pool;

    /// <param name="pool">Where it waits.</param>
    /// <param name="preference">The tenant's number.</param>
    /// <param name="own">The first that the tenant prefers.</param>
    /// <param name="near">How many from there on it takes at once.</param>
    /// <param name="isHurried">Whether it takes any, because all of those are held up.</param>
    /// <param name="since">The timestamp of when it came.</param>
    public PoolWaiter(SharedPool pool, int preference, int own, int near, bool isHurried, long since)
    {
        this.pool = pool;
        (Preference, Own, Near, IsHurried, Since) = (preference, own, near, isHurried, since);
        Node = new LinkedListNode<PoolWaiter>(this);
    }

    public int Preference { get; }

    public int Own { get; }

    public int Near { get; }

    public bool IsHurried { get; }

    public long Since { get; }

    /// <summary>Its place among all that wait; in no list once it waits no longer.</summary>
    public LinkedListNode<PoolWaiter> Node { get; }

    /// <inheritdoc cref="SharedPool.Cancel"/>
    public void Cancel(CancellationToken cancellationToken) => pool.Cancel(this, cancellationToken);
}

using Npgsql;
using Tenantry.Tenancy.Resilience;

namespace Tenantry.Tenancy;

/// <summary>
/// The connections that all tenants share. A tenant prefers a few of the core, always in the same order, which then know its tables and
/// keep its plans, and as many after them as its requests need; after a moment it takes any of the core. The others are a reserve, for
/// who has waited in vain: a server is quickest with few connections that are busy, as long as none is held up. Whoever waits is
/// served in turn. Thread-safe.
/// </summary>
internal sealed class SharedPool : IAsyncDisposable
{
    private const int Preferred = 2, FewestInCore = 8;

    // About what a statement takes: longer than its plan takes to be made elsewhere.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    // Longer than a queue of quick statements takes.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    // In which a core that is busy with quick statements has given something back.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(3);

    private readonly Lock gate = new();
    private readonly PoolSlot[] slots;
    private readonly int core, preferred;
    private readonly TenantLoad load = new();
    private readonly LinkedList<PoolWaiter> waiting = new();
    private readonly TimeSpan limit;
    private readonly TimeProvider time;
    private readonly ITimer tick;
    private bool ticking;

    /// <param name="slots">What it consists of: the core first, then the reserve.</param>
    /// <param name="core">How many of them are the core.</param>
    /// <param name="preferred">How many of the core a tenant prefers.</param>
    /// <param name="limit">How long to wait for a connection when all are in use.</param>
    /// <param name="time">By which waits are told.</param>
    public SharedPool(IEnumerable<PoolSlot> slots, int core, int preferred, TimeSpan limit, TimeProvider? time = null)
    {
        this.slots = [.. slots];
        this.core = Math.Min(core, this.slots.Length);
        this.preferred = preferred;
        this.limit = limit;
        this.time = time ?? TimeProvider.System;
        tick = this.time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>As many connections as the options say.</summary>
    public static SharedPool Build(TenancyOptions options)
    {
        var core = options.DataPoolCore ?? Math.Max(FewestInCore, options.DataPoolSize * 2 / 5);
        var limit = TimeSpan.FromSeconds(new NpgsqlConnectionStringBuilder(options.DataConnection).Timeout);
        return new SharedPool(
            Enumerable.Range(1, options.DataPoolSize).Select(number => PoolSlot.Build(options, number)), core, Preferred,
            limit < options.OpenTimeout && limit > TimeSpan.Zero ? limit : options.OpenTimeout);
    }

    /// <summary>A connection to be had at once from the place's data source, until the place is disposed.</summary>
    /// <param name="preference">The same number for the same tenant.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DatabaseUnavailableException">All were in use for too long. The database is not to blame: no circuit opens.</exception>
    public async ValueTask<PoolPlace> TakeAsync(int preference, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        PoolWaiter waiter;
        lock (gate)
        {
            var now = time.GetTimestamp();
            var own = FirstFor(preference);
            // To wait for fewer connections than it has requests costs a tenant more than to have its plans made on some more of them, once.
            var near = Math.Min(core, Math.Max(preferred, load.Enter(preference)));
            var hurried = IsHeld(own, near, Patience, now) || IsHeld(0, core, Pause, now);
            if (FindFree(own, hurried ? slots.Length : near, now) is { } at) return new PoolPlace(this, at, preference);
            waiter = new PoolWaiter(this, preference, own, near, hurried, now);
            waiting.AddLast(waiter.Node);
            if (!ticking) Tick();
        }

        await using var registration = cancellationToken.UnsafeRegister(static (waiter, token) => ((PoolWaiter)waiter!).Cancel(token), waiter);
        return new PoolPlace(this, await waiter.Task, preference);
    }

    /// <summary>As <see cref="TakeAsync"/>, for who cannot wait otherwise.</summary>
    public PoolPlace Take(int preference) => TakeAsync(preference, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <summary>Has nobody get a connection again that was there before.</summary>
    public void Clear()
    {
        foreach (var slot in slots) slot.Source.Clear();
    }

    /// <summary>Closes what is not in use. Who has a connection still may give it back; who waits for one gets none.</summary>
    public async ValueTask DisposeAsync()
    {
        List<PoolWaiter> left;
        lock (gate)
        {
            left = [.. waiting];
            left.ForEach(Leave);
        }

        foreach (var waiter in left) waiter.SetException(new ObjectDisposedException(nameof(SharedPool)));
        await tick.DisposeAsync();
        foreach (var slot in slots) await slot.DisposeAsync();
    }

    internal NpgsqlDataSource SourceOf(int at) => slots[at].Source;

    /// <summary>A place is free again.</summary>
    internal void Give(int at, int preference)
    {
        PoolWaiter? next;
        lock (gate)
        {
            var now = time.GetTimestamp();
            load.Leave(preference);
            slots[at].Give();
            next = FindNext(at, now);
            if (next is null) return;
            slots[at].TryTake(now);
            waiting.Remove(next.Node);
        }

        next.SetResult(at);
    }

    /// <summary>It waits no longer, unless it has been served meanwhile.</summary>
    internal void Cancel(PoolWaiter waiter, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (waiter.Node.List is null) return;
            Leave(waiter);
        }

        waiter.SetCanceled(cancellationToken);
    }

    // Of some of the core only: the others are next to them, for when they are busy. Where few are needed, few are used.
    private int FirstFor(int preference) => (int)((uint)preference % (uint)((core + preferred - 1) / preferred)) * preferred;

    // In use, and none given back for so long that whoever has them sleeps or waits for a lock.
    private bool IsHeld(int own, int near, TimeSpan forSo, long now)
    {
        for (var place = 0; place < near; place++)
            if (SlotAt(own, place) is var at && (!slots[at].IsTaken || time.GetElapsedTime(slots[at].Taken, now) < forSo)) return false;
        return true;
    }

    private int? FindFree(int own, int reach, long now)
    {
        for (var place = 0; place < reach; place++)
            if (SlotAt(own, place) is var at && slots[at].TryTake(now)) return at;
        return null;
    }

    // The first who is near it. Who has waited so much longer that it was in vain goes before.
    private PoolWaiter? FindNext(int at, long now)
    {
        PoolWaiter? other = null;
        foreach (var waiter in waiting)
        {
            var place = PlaceOf(waiter.Own, at);
            if (place < waiter.Near) return other is not null && time.GetElapsedTime(other.Since, waiter.Since) >= Patience ? other : waiter;
            if (other is null && place < ReachOf(waiter, now)) other = waiter;
            if (other is not null && at >= core) break;
        }

        return other;
    }

    private int ReachOf(PoolWaiter waiter, long now)
    {
        var waited = time.GetElapsedTime(waiter.Since, now);
        return waiter.IsHurried || waited >= Patience ? slots.Length : waited >= Moment ? core : waiter.Near;
    }

    // In which order a tenant prefers the connections: its own first, then the rest of the core, and the reserve.
    private int SlotAt(int own, int place) => place < core ? (own + place) % core : place;

    private int PlaceOf(int own, int at) => at < core ? (at - own + core) % core : at;

    private void Tick() => ticking = tick.Change(Moment, Timeout.InfiniteTimeSpan);

    // While anybody waits: whether they have waited long enough for what is free, or too long.
    private void Look()
    {
        List<(PoolWaiter Waiter, int At)> served = [];
        List<PoolWaiter> refused = [];
        lock (gate)
        {
            var now = time.GetTimestamp();
            var held = IsHeld(0, core, Pause, now);
            foreach (var waiter in waiting)
            {
                if (FindFree(waiter.Own, held ? slots.Length : ReachOf(waiter, now), now) is { } at) served.Add((waiter, at));
                else if (time.GetElapsedTime(waiter.Since, now) >= limit) refused.Add(waiter);
            }

            foreach (var (waiter, _) in served) waiting.Remove(waiter.Node);
            refused.ForEach(Leave);
            ticking = false;
            if (waiting.Count > 0) Tick();
        }

        foreach (var (waiter, at) in served) waiter.SetResult(at);
        foreach (var waiter in refused) waiter.SetException(new DatabaseUnavailableException("All connections to tenants are in use.", new TimeoutException()));
    }

    private void Leave(PoolWaiter waiter)
    {
        waiting.Remove(waiter.Node);
        load.Leave(waiter.Preference);
    }
}

/// <summary>One connection's place, until it is disposed, once; the connection is to be closed by then.</summary>
internal sealed class PoolPlace(SharedPool pool, int at, int preference) : IDisposable
{
    public NpgsqlDataSource Source => pool.SourceOf(at);

    public void Dispose() => pool.Give(at, preference);
}

using Npgsql;
using Tenantry.Tenancy.Resilience;

namespace Tenantry.Tenancy;

/// <summary>
/// The connections that all tenants share, in parts of a few. A tenant prefers one part of the core, whose connections then know its
/// tables and keep its plans, and as many parts after it as its requests need; after a moment it takes any of the core. The others are
/// a reserve, for who has waited in vain: a server is quickest with few connections that are busy, as long as none is held up.
/// Whoever waits is served in turn. Thread-safe.
/// </summary>
internal sealed class SharedPool : IAsyncDisposable
{
    private const int PartSize = 2, FewestInCore = 8;

    // About what a statement takes: longer than its plan takes to be made elsewhere.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    // Longer than a queue of quick statements takes.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    // In which a core that is busy with quick statements has given something back.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(3);

    private readonly Lock gate = new();
    private readonly PoolPart[] parts;
    private readonly int core;
    private readonly TenantLoad load = new();
    private readonly LinkedList<PoolWaiter> waiting = new();
    private readonly TimeSpan limit;
    private readonly TimeProvider time;
    private readonly ITimer tick;
    private bool ticking;

    /// <param name="parts">What it consists of: the core first, then the reserve.</param>
    /// <param name="core">How many of them are the core.</param>
    /// <param name="limit">How long to wait for a connection when all are in use.</param>
    /// <param name="time">By which waits are told.</param>
    public SharedPool(IEnumerable<PoolPart> parts, int core, TimeSpan limit, TimeProvider? time = null)
    {
        this.parts = [.. parts];
        this.core = Math.Min(core, this.parts.Length);
        this.limit = limit;
        this.time = time ?? TimeProvider.System;
        tick = this.time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>As many connections as the options say.</summary>
    public static SharedPool Build(TenancyOptions options)
    {
        var parts = Math.Max(1, options.DataPoolSize / PartSize);
        var core = options.DataPoolCore ?? Math.Max(FewestInCore, options.DataPoolSize * 2 / 5);
        var limit = TimeSpan.FromSeconds(new NpgsqlConnectionStringBuilder(options.DataConnection).Timeout);
        return new SharedPool(
            Enumerable.Range(0, parts).Select(number => PoolPart.Build(options, number + 1, (options.DataPoolSize + number) / parts)),
            (core + PartSize - 1) / PartSize,
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
            var own = (int)((uint)preference % (uint)core);
            var near = CountNear(own, load.Enter(preference));
            var hurried = IsHeld(own, near, Patience, now) || IsHeld(0, core, Pause, now);
            if (FindFree(own, hurried ? parts.Length : near, now) is { } at) return new PoolPlace(this, at, preference);
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
        foreach (var part in parts) part.Source.Clear();
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
        foreach (var part in parts) await part.DisposeAsync();
    }

    internal NpgsqlDataSource SourceOf(int at) => parts[at].Source;

    /// <summary>A place is free again.</summary>
    internal void Give(int at, int preference)
    {
        PoolWaiter? next;
        lock (gate)
        {
            var now = time.GetTimestamp();
            load.Leave(preference);
            parts[at].Give();
            next = FindNext(at, now);
            if (next is null) return;
            parts[at].TryTake(now);
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

    // How many parts of the core have room for as many requests as the tenant has: to wait for fewer connections costs it more than to
    // have its plans made on some more of them, once.
    private int CountNear(int own, int requests)
    {
        var near = 0;
        for (var room = 0; near < core && room < requests; near++) room += parts[PartAt(own, near)].Size;
        return near;
    }

    // Full, and none given back for so long that whoever has them sleeps or waits for a lock.
    private bool IsHeld(int own, int near, TimeSpan forSo, long now)
    {
        for (var place = 0; place < near; place++)
            if (PartAt(own, place) is var at && (!parts[at].IsFull || time.GetElapsedTime(parts[at].Taken, now) < forSo)) return false;
        return true;
    }

    private int? FindFree(int own, int reach, long now)
    {
        for (var place = 0; place < reach; place++)
            if (PartAt(own, place) is var at && parts[at].TryTake(now)) return at;
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
        return waiter.IsHurried || waited >= Patience ? parts.Length : waited >= Moment ? core : waiter.Near;
    }

    // In which order a tenant prefers the parts: its own first, then the rest of the core, and the reserve.
    private int PartAt(int own, int place) => place < core ? (own + place) % core : place;

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
                if (FindFree(waiter.Own, held ? parts.Length : ReachOf(waiter, now), now) is { } at) served.Add((waiter, at));
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

/// <summary>One connection's room in a part, until it is disposed, once; the connection is to be closed by then.</summary>
internal sealed class PoolPlace(SharedPool pool, int at, int preference) : IDisposable
{
    public NpgsqlDataSource Source => pool.SourceOf(at);

    public void Dispose() => pool.Give(at, preference);
}

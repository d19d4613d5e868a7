using Tenantry.Tenancy;
using Tenantry.Tenancy.Resilience;

namespace Tenantry.Tests.Tenancy;

/// <summary>Which connection a request gets, and who waits for which how long. No connection is opened, and time passes only when a test says so.</summary>
[CancelAfter(30_000)]
internal sealed class PoolQueueTests : PoolFixture
{
    [Test]
    public async Task A_connection_that_is_given_back_is_had_by_who_waits_first(CancellationToken cancellationToken)
    {
        await using var pool = Pool(core: 1);
        var held = await pool.TakeAsync(One, cancellationToken);
        var first = pool.TakeAsync(One, cancellationToken).AsTask();
        var second = pool.TakeAsync(One, cancellationToken).AsTask();
        held.Dispose();
        var next = await first;
        var third = pool.TakeAsync(One, cancellationToken).AsTask();
        await HoldsAsync(third, "there is no second one");
        next.Dispose();
        (await second).Dispose();
        (await third).Dispose();
        Assert.That(pool.TakeAsync(One, cancellationToken).AsTask().IsCompleted, "all of it is there again");
    }

    [Test]
    public async Task A_tenant_waits_for_its_own_connections_for_a_moment_and_takes_another_of_the_core_then(CancellationToken cancellationToken)
    {
        await using var pool = Pool(core: 2);
        await pool.TakeAsync(One, cancellationToken);
        var waiting = pool.TakeAsync(Too, cancellationToken).AsTask();
        await HoldsAsync(waiting);
        Time.Advance(Moment);
        Assert.That((await waiting).Source, Is.SameAs(Sources[1]));
    }

    [Test]
    public async Task The_reserve_is_for_who_has_waited_in_vain_while_others_were_served(CancellationToken cancellationToken)
    {
        await using var pool = Pool(core: 2, reserve: 1);
        await pool.TakeAsync(One, cancellationToken);
        var other = await pool.TakeAsync(Two, cancellationToken);
        var waiting = pool.TakeAsync(Too, cancellationToken).AsTask();
        for (var waited = TimeSpan.Zero; waited < Patience; waited += 2 * Moment)
        {
            await HoldsAsync(waiting);
            var next = pool.TakeAsync(Two, cancellationToken).AsTask();
            other.Dispose();
            other = await next;
            Time.Advance(2 * Moment);
        }

        Assert.That((await waiting).Source, Is.SameAs(Sources[2]));
    }

    [Test]
    public async Task The_reserve_is_for_everybody_when_the_core_gives_nothing_back(CancellationToken cancellationToken)
    {
        await using var pool = Pool(core: 2, reserve: 2);
        await pool.TakeAsync(One, cancellationToken);
        await pool.TakeAsync(Two, cancellationToken);
        Time.Advance(Pause - Moment);
        var waiting = pool.TakeAsync(One, cancellationToken).AsTask();
        await HoldsAsync(waiting);
        Time.Advance(Moment);
        Assert.That((await waiting).Source, Is.SameAs(Sources[2]), "who waits");
        var coming = pool.TakeAsync(Two, cancellationToken).AsTask();
        Assert.That(coming.IsCompleted, "and who comes, at once");
        Assert.That((await coming).Source, Is.SameAs(Sources[3]));
    }

    [Test]
    public async Task Nobody_waits_for_connections_that_are_held_up_until_one_is_given_back(CancellationToken cancellationToken)
    {
        await using var pool = Pool(core: 2, reserve: 1);
        var held = await pool.TakeAsync(One, cancellationToken);
        Time.Advance(Patience);
        Assert.That((await pool.TakeAsync(Too, cancellationToken)).Source, Is.SameAs(Sources[1]), "at once");
        held.Dispose();
        await pool.TakeAsync(One, cancellationToken);
        await HoldsAsync(pool.TakeAsync(4, cancellationToken).AsTask());
    }

    [Test]
    public async Task Who_finds_all_held_up_takes_the_first_that_comes_back(CancellationToken cancellationToken)
    {
        await using var pool = Pool(core: 1, reserve: 1);
        await pool.TakeAsync(One, cancellationToken);
        Time.Advance(Patience);
        var reserve = await pool.TakeAsync(One, cancellationToken);
        var waiting = pool.TakeAsync(One, cancellationToken).AsTask();
        reserve.Dispose();
        Assert.That(waiting.IsCompleted, "at once");
        Assert.That((await waiting).Source, Is.SameAs(Sources[1]));
    }

    [Test]
    public async Task A_connection_goes_to_who_knows_it_though_another_has_waited_longer_unless_in_vain([Values] bool inVain, CancellationToken cancellationToken)
    {
        await using var pool = Pool(core: 2);
        await pool.TakeAsync(One, cancellationToken);
        var known = await pool.TakeAsync(Two, cancellationToken);
        var longer = pool.TakeAsync(Too, cancellationToken).AsTask();
        Time.Advance(inVain ? Patience : Patience - Moment);
        var knowing = pool.TakeAsync(Two, cancellationToken).AsTask();
        known.Dispose();
        (await (inVain ? longer : knowing)).Dispose();
        await Task.WhenAll(longer, knowing);
    }

    [Test]
    public async Task Who_gives_up_waiting_leaves_the_room_to_others(CancellationToken cancellationToken)
    {
        await using var pool = Pool(core: 2);
        var held = await pool.TakeAsync(One, cancellationToken);
        using var impatient = new CancellationTokenSource();
        var waiting = pool.TakeAsync(Too, impatient.Token).AsTask();
        await impatient.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());

        held.Dispose();
        using var first = await pool.TakeAsync(One, cancellationToken);
        using var second = await pool.TakeAsync(Two, cancellationToken);
    }

    [Test]
    public async Task Who_asks_when_it_is_over_takes_nothing(CancellationToken cancellationToken)
    {
        await using var pool = Pool(core: 1);
        Assert.That(async () => await pool.TakeAsync(One, new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
        using var place = await pool.TakeAsync(One, cancellationToken);
    }

    [Test]
    public async Task A_connection_that_came_in_time_stays_with_who_gave_up_afterwards(CancellationToken cancellationToken)
    {
        await using var pool = Pool(core: 1);
        var held = await pool.TakeAsync(One, cancellationToken);
        using var late = new CancellationTokenSource();
        var waiting = pool.TakeAsync(One, late.Token).AsTask();
        held.Dispose();
        await late.CancelAsync();
        (await waiting).Dispose();
        using var next = await pool.TakeAsync(One, cancellationToken);
    }

    [Test]
    public async Task Who_is_served_in_the_moment_it_gives_up_is_not_told_that_it_gave_up(CancellationToken cancellationToken)
    {
        await using var pool = Pool(core: 1);
        var served = new PoolWaiter(pool, One, own: 0, near: 1, isHurried: false, since: 0);
        served.Cancel(cancellationToken);
        Assert.That(served.Task.IsCompleted, Is.False);
    }

    // Each goes on within the one before it, who gives its connection back.
    [Test]
    public async Task However_many_wait_and_want_nothing_any_more_they_are_all_served(CancellationToken cancellationToken)
    {
        await using var pool = Pool(core: 1);
        var held = await pool.TakeAsync(One, cancellationToken);
        var waiting = Enumerable.Range(0, 50_000).Select(async _ => (await pool.TakeAsync(One, cancellationToken)).Dispose()).ToList();
        held.Dispose();
        await Task.WhenAll(waiting);
    }

    [Test]
    public async Task When_all_are_in_use_for_too_long_who_waits_is_told(CancellationToken cancellationToken)
    {
        await using var pool = Pool(core: 1);
        await pool.TakeAsync(One, cancellationToken);
        var waiting = pool.TakeAsync(One, cancellationToken).AsTask();
        Time.Advance(Limit - Moment);
        await HoldsAsync(waiting);
        Time.Advance(Moment);
        Assert.That(async () => await waiting, Throws.InstanceOf<DatabaseUnavailableException>());
    }

    [Test]
    public async Task A_connection_may_be_given_back_when_the_pool_is_gone_and_who_waits_for_one_is_told(CancellationToken cancellationToken)
    {
        PoolPlace place;
        Task<PoolPlace> waiting;
        await using (var pool = Pool(core: 1))
        {
            place = pool.Take(One);
            waiting = pool.TakeAsync(One, cancellationToken).AsTask();
        }

        Assert.That(async () => await waiting, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(place.Dispose, Throws.Nothing);
    }

    [TestCase(1, null, 1), TestCase(7, null, 7), TestCase(20, null, 8), TestCase(100, null, 40), TestCase(20, 4, 4), TestCase(20, 30, 20)]
    public async Task The_core_is_two_fifths_and_eight_at_least_unless_it_is_said(int size, int? core, int expected, CancellationToken cancellationToken)
    {
        await using var pool = SharedPool.Build(new TenancyOptions { DataConnection = "Host=127.0.0.1", DataPoolSize = size, DataPoolCore = core });
        for (var taken = 0; taken < expected; taken++) Assert.That(pool.TakeAsync(One, cancellationToken).AsTask().IsCompleted, $"{taken}");
        Assert.That(pool.TakeAsync(One, cancellationToken).AsTask().IsCompleted, Is.False);
    }
}

using Npgsql;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Resilience;
using Tenantry.Tests.Mail;

namespace Tenantry.Tests.Tenancy;

/// <summary>Whether a request waits for the connections that know its tenant, or takes others. No connection is opened.</summary>
internal sealed class PoolPartTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1), Short = TimeSpan.FromMilliseconds(1);

    // Tenants of the first of two or three parts, and of the second.
    private const int One = 0, Two = 1, Three = 2, Elsewhere = 4;

    private NpgsqlDataSource source = null!;

    [SetUp]
    public void Prepare() => source = NpgsqlDataSource.Create("Host=127.0.0.1");

    [TearDown]
    public async Task CleanAsync() => await source.DisposeAsync();

    [Test, CancelAfter(30_000)]
    public async Task A_connection_that_is_given_back_in_a_moment_is_waited_for(CancellationToken cancellationToken)
    {
        await using var part = new PoolPart(source, 1) { Moment = Long, Patience = Long };
        Assert.That(part.TryTake());
        var waiting = part.TryTakeSoonAsync(crowded: false, cancellationToken).AsTask();
        Assert.That(waiting.IsCompleted, Is.False);
        part.Give();
        Assert.That(await waiting);
        Assert.That(part.TryTake(), Is.False, "it is taken");
    }

    [TestCase(false, 2), TestCase(true, 4), CancelAfter(30_000)]
    public async Task Nobody_queues_behind_as_many_as_there_are_connections_or_twice_as_many_where_all_are_in_use(bool crowded, int most, CancellationToken cancellationToken)
    {
        await using var part = new PoolPart(source, 2) { Moment = Long, Patience = Long };
        for (var i = 0; i < 2; i++) Assert.That(part.TryTake());
        var waiting = Enumerable.Range(0, most).Select(_ => part.TryTakeSoonAsync(crowded, cancellationToken).AsTask()).ToList();
        Assert.That(await part.TryTakeSoonAsync(crowded, cancellationToken), Is.False);

        for (var i = 0; i < most; i++) part.Give();
        Assert.That(await Task.WhenAll(waiting), Is.All.True);
        Assert.That(part.TryTakeSoonAsync(crowded, cancellationToken).AsTask().IsCompleted, Is.False, "who no longer waits is not counted");
    }

    [Test, CancelAfter(30_000)]
    public async Task After_a_wait_in_vain_nobody_waits_until_one_is_given_back(CancellationToken cancellationToken)
    {
        await using var part = new PoolPart(source, 2) { Moment = TimeSpan.FromMilliseconds(200) };
        for (var i = 0; i < 2; i++) Assert.That(part.TryTake());
        Assert.That(await part.TryTakeSoonAsync(crowded: false, cancellationToken), Is.False);
        Assert.That(part.TryTakeSoonAsync(crowded: false, cancellationToken).AsTask().IsCompleted);

        part.Give();
        Assert.That(part.TryTake());
        Assert.That(part.TryTakeSoonAsync(crowded: false, cancellationToken).AsTask().IsCompleted, Is.False);
    }

    [TestCase(6, false), TestCase(7, true), CancelAfter(30_000)]
    public async Task More_wait_where_all_connections_of_the_pool_are_in_use(int elsewhere, bool waits, CancellationToken cancellationToken)
    {
        await using var pool = new SharedPool([new PoolPart(source, 1) { Moment = Long, Patience = Long }, new PoolPart(source, 9)], Long);
        using var held = await pool.TakeAsync(One, cancellationToken);
        for (var i = 0; i < elsewhere; i++) await pool.TakeAsync(Elsewhere, cancellationToken);
        var first = pool.TakeAsync(Two, cancellationToken).AsTask();
        var second = pool.TakeAsync(Three, cancellationToken).AsTask();
        Assert.That((first.IsCompleted, second.IsCompleted), Is.EqualTo((false, !waits)));
    }

    [Test, CancelAfter(30_000)]
    public async Task The_wait_is_another_where_all_are_in_use([Values] bool crowded, CancellationToken cancellationToken)
    {
        await using var part = new PoolPart(source, 1) { Moment = crowded ? Long : Short, Patience = crowded ? Short : Long };
        Assert.That(part.TryTake());
        Assert.That(await part.TryTakeSoonAsync(crowded, cancellationToken), Is.False);
    }

    [Test, CancelAfter(30_000)]
    public async Task Who_gives_up_waiting_leaves_the_room_to_others(CancellationToken cancellationToken)
    {
        await using var pool = new SharedPool([new PoolPart(source, 1) { Moment = Long, Patience = Long }, new PoolPart(source, 1)], Long);
        var held = await pool.TakeAsync(One, cancellationToken);
        using var impatient = new CancellationTokenSource();
        var waiting = pool.TakeAsync(Two, impatient.Token).AsTask();
        Assert.That(waiting.IsCompleted, Is.False);
        await impatient.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());

        held.Dispose();
        using var first = await pool.TakeAsync(One, cancellationToken);
        using var second = await pool.TakeAsync(Elsewhere, cancellationToken);
    }

    [Test, CancelAfter(30_000)]
    public async Task A_tenant_with_more_requests_than_its_own_connections_takes_the_next_and_waits_for_none(CancellationToken cancellationToken)
    {
        await using var next = NpgsqlDataSource.Create("Host=127.0.0.1");
        await using var last = NpgsqlDataSource.Create("Host=127.0.0.1");
        await using var pool = new SharedPool([new PoolPart(source, 2) { Moment = Long, Patience = Long }, new PoolPart(next, 1), new PoolPart(last, 1)], Long);
        PoolPlace[] places = [await pool.TakeAsync(One, cancellationToken), await pool.TakeAsync(One, cancellationToken), await pool.TakeAsync(One, cancellationToken)];
        Assert.That(places.Select(place => place.Source), Is.EqualTo(new[] { source, source, next }));
        var other = pool.TakeAsync(Two, cancellationToken).AsTask();
        Assert.That(other.IsCompleted, Is.False, "one request of another tenant of that part");
        places[0].Dispose();
        (await other).Dispose();
        Assert.That((await pool.TakeAsync(One, cancellationToken)).Source, Is.SameAs(source), "its own first");
    }

    [Test, CancelAfter(30_000)]
    public async Task Requests_that_are_over_are_not_counted([Values] Ending ending, CancellationToken cancellationToken)
    {
        await using var pool = new SharedPool([new PoolPart(source, 1) { Moment = Long, Patience = Long }, new PoolPart(source, 2)], Short);
        for (var i = 0; i < 3; i++) await EndAsync(pool, ending, cancellationToken);

        var both = (First: await pool.TakeAsync(One, cancellationToken), Second: pool.TakeAsync(One, cancellationToken).AsTask());
        Assert.That(both.Second.IsCompleted, "two requests at once have the next part's");
        both.First.Dispose();
        (await both.Second).Dispose();
        var held = await pool.TakeAsync(Two, cancellationToken);
        var alone = pool.TakeAsync(One, cancellationToken).AsTask();
        Assert.That(alone.IsCompleted, Is.False, "for its one request there are the connections of its own part");
        held.Dispose();
        await alone;
    }

    public enum Ending { Served, ServedAtOnce, Exhausted, Cancelled }

    [Test, CancelAfter(30_000)]
    public async Task A_small_load_keeps_to_four_parts_and_a_larger_one_spreads_for_as_long_as_it_is_recent(CancellationToken cancellationToken)
    {
        var time = new ManualClock();
        var sources = Enumerable.Range(0, 8).Select(_ => NpgsqlDataSource.Create("Host=127.0.0.1")).ToList();
        await using var pool = new SharedPool(sources.Select(own => new PoolPart(own, 1)), Long, time);

        async Task<int> CountAsync()
        {
            var used = new HashSet<NpgsqlDataSource>();
            for (var tenant = 0; tenant < 100; tenant++)
            {
                using var place = await pool.TakeAsync(tenant, cancellationToken);
                used.Add(place.Source);
            }

            return used.Count;
        }

        Assert.That(await CountAsync(), Is.EqualTo(4));
        var six = new List<PoolPlace>();
        for (var tenant = 0; tenant < 6; tenant++) six.Add(await pool.TakeAsync(tenant, cancellationToken));
        foreach (var place in six) place.Dispose();
        Assert.That(await CountAsync(), Is.EqualTo(6));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await CountAsync(), Is.EqualTo(6));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await CountAsync(), Is.EqualTo(4));
    }

    private static async Task EndAsync(SharedPool pool, Ending ending, CancellationToken cancellationToken)
    {
        switch (ending)
        {
            case Ending.Served:
                (await pool.TakeAsync(One, cancellationToken)).Dispose();
                break;
            case Ending.ServedAtOnce:
                pool.Take(One).Dispose();
                break;
            case Ending.Exhausted:
                PoolPlace[] all = [await pool.TakeAsync(Two, cancellationToken), await pool.TakeAsync(Elsewhere, cancellationToken), await pool.TakeAsync(Elsewhere, cancellationToken)];
                Assert.That(async () => await pool.TakeAsync(One, cancellationToken), Throws.InstanceOf<DatabaseUnavailableException>());
                foreach (var place in all) place.Dispose();
                break;
            default:
                using (await pool.TakeAsync(Two, cancellationToken))
                {
                    using var impatient = new CancellationTokenSource();
                    var waiting = pool.TakeAsync(One, impatient.Token).AsTask();
                    await impatient.CancelAsync();
                    Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
                }

                break;
        }
    }

    [Test]
    public async Task A_connection_may_be_given_back_when_the_pool_is_gone()
    {
        PoolPlace place;
        await using (var pool = new SharedPool([new PoolPart(source, 1)], Long)) place = pool.Take(One);
        Assert.That(place.Dispose, Throws.Nothing);
    }
}

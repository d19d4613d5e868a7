using Npgsql;
using Tenantry.Tenancy;

namespace Tenantry.Tests.Tenancy;

/// <summary>Whether a request waits for the connections that know its tenant, or takes others. No connection is opened.</summary>
internal sealed class PoolPartTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1), Short = TimeSpan.FromMilliseconds(1);

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
        using var held = await pool.TakeAsync(0, cancellationToken);
        for (var i = 0; i < elsewhere; i++) await pool.TakeAsync(1, cancellationToken);
        var first = pool.TakeAsync(0, cancellationToken).AsTask();
        var second = pool.TakeAsync(0, cancellationToken).AsTask();
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
        var held = await pool.TakeAsync(0, cancellationToken);
        using var impatient = new CancellationTokenSource();
        var waiting = pool.TakeAsync(0, impatient.Token).AsTask();
        await impatient.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());

        held.Dispose();
        using var first = await pool.TakeAsync(0, cancellationToken);
        using var second = await pool.TakeAsync(1, cancellationToken);
    }

    [Test]
    public async Task A_connection_may_be_given_back_when_the_pool_is_gone()
    {
        PoolPlace place;
        await using (var pool = new SharedPool([new PoolPart(source, 1)], Long)) place = pool.Take(0);
        Assert.That(place.Dispose, Throws.Nothing);
    }
}

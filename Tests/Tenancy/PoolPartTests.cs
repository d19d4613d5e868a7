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
        await using var part = new PoolPart(source, 1) { Patience = Long };
        Assert.That(part.TryTake());
        var waiting = part.TryTakeSoonAsync(cancellationToken).AsTask();
        Assert.That(waiting.IsCompleted, Is.False);
        part.Give();
        Assert.That(await waiting);
        Assert.That(part.TryTake(), Is.False, "it is taken");
    }

    [Test, CancelAfter(30_000)]
    public async Task Nobody_queues_behind_as_many_as_there_are_connections(CancellationToken cancellationToken)
    {
        await using var part = new PoolPart(source, 2) { Patience = Long };
        for (var i = 0; i < 2; i++) Assert.That(part.TryTake());
        var waiting = Enumerable.Range(0, 2).Select(_ => part.TryTakeSoonAsync(cancellationToken).AsTask()).ToList();
        Assert.That(await part.TryTakeSoonAsync(cancellationToken), Is.False);

        for (var i = 0; i < 2; i++) part.Give();
        Assert.That(await Task.WhenAll(waiting), Is.All.True);
        Assert.That(part.TryTakeSoonAsync(cancellationToken).AsTask().IsCompleted, Is.False, "who no longer waits is not counted");
    }

    [Test, CancelAfter(30_000)]
    public async Task After_a_wait_in_vain_nobody_waits_for_a_while(CancellationToken cancellationToken)
    {
        await using var part = new PoolPart(source, 1) { Patience = Short, Rest = Long };
        Assert.That(part.TryTake());
        Assert.That(await part.TryTakeSoonAsync(cancellationToken), Is.False);
        Assert.That(part.TryTakeSoonAsync(cancellationToken).AsTask().IsCompleted);
        Assert.That(await part.TryTakeSoonAsync(cancellationToken), Is.False);
    }

    [Test, CancelAfter(30_000)]
    public async Task After_that_while_it_is_tried_again(CancellationToken cancellationToken)
    {
        await using var part = new PoolPart(source, 1) { Patience = TimeSpan.FromMilliseconds(200), Rest = Short };
        Assert.That(part.TryTake());
        Assert.That(await part.TryTakeSoonAsync(cancellationToken), Is.False);
        await Task.Delay(50, cancellationToken);
        Assert.That(part.TryTakeSoonAsync(cancellationToken).AsTask().IsCompleted, Is.False);
    }

    [Test, CancelAfter(30_000)]
    public async Task Who_gives_up_waiting_leaves_the_room_to_others(CancellationToken cancellationToken)
    {
        await using var pool = new SharedPool([new PoolPart(source, 1) { Patience = Long }, new PoolPart(source, 1)], Long);
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

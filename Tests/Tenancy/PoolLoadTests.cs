using Tenantry.Tenancy;
using Tenantry.Tenancy.Resilience;

namespace Tenantry.Tests.Tenancy;

/// <summary>How many connections a tenant has at once, by how many requests it has under way.</summary>
[CancelAfter(30_000)]
internal sealed class PoolLoadTests : PoolFixture
{
    [Test]
    public async Task A_tenant_with_more_requests_than_its_own_connections_takes_the_next_and_waits_for_none(CancellationToken cancellationToken)
    {
        await using var pool = Pool(core: 4, preferred: 2);
        PoolPlace[] places = [await pool.TakeAsync(0, cancellationToken), await pool.TakeAsync(0, cancellationToken), await pool.TakeAsync(0, cancellationToken)];
        Assert.That(places.Select(place => place.Source), Is.EqualTo(Sources.Take(3)));
        var other = pool.TakeAsync(2, cancellationToken).AsTask();
        await HoldsAsync(other, "one request of another tenant that prefers the same");
        places[0].Dispose();
        (await other).Dispose();
        Assert.That((await pool.TakeAsync(0, cancellationToken)).Source, Is.SameAs(Sources[0]), "its own first");
    }

    [Test]
    public async Task A_tenant_with_more_requests_than_the_core_has_connections_has_the_first_of_them_that_comes_back(CancellationToken cancellationToken)
    {
        await using var pool = Pool(core: 2, reserve: 1);
        PoolPlace[] places = [await pool.TakeAsync(One, cancellationToken), await pool.TakeAsync(One, cancellationToken)];
        var waiting = pool.TakeAsync(One, cancellationToken).AsTask();
        await HoldsAsync(waiting, "there is a reserve");
        places[1].Dispose();
        Assert.That((await waiting).Source, Is.SameAs(Sources[1]));
    }

    // Whose plans are where shows in how many backends one caller meets: they are quicker when they are few.
    [TestCase(7, new[] { 0, 2, 4, 6 }), TestCase(8, new[] { 0, 2, 4, 6 })]
    public async Task Who_comes_alone_has_the_first_that_it_prefers_and_the_second_is_for_when_it_is_busy(int core, int[] first, CancellationToken cancellationToken)
    {
        await using var pool = Pool(core, preferred: 2);
        for (var tenant = 0; tenant < 8; tenant++)
        {
            var place = await pool.TakeAsync(tenant, cancellationToken);
            Assert.That(place.Source, Is.SameAs(Sources[first[tenant % first.Length]]));
            using var second = await pool.TakeAsync(tenant + first.Length, cancellationToken);
            Assert.That(second.Source, Is.SameAs(Sources[(first[tenant % first.Length] + 1) % core]));
            place.Dispose();
        }
    }

    [Test]
    public async Task A_tenant_prefers_two_connections_of_the_core(CancellationToken cancellationToken)
    {
        await using var pool = SharedPool.Build(new TenancyOptions { DataConnection = "Host=127.0.0.1", DataPoolSize = 20 });
        using (var first = await pool.TakeAsync(0, cancellationToken))
        using (var second = await pool.TakeAsync(4, cancellationToken))
            Assert.That(new[] { first.Source, second.Source }, Is.EqualTo(new[] { pool.SourceOf(0), pool.SourceOf(1) }));
        using var next = await pool.TakeAsync(1, cancellationToken);
        Assert.That(next.Source, Is.SameAs(pool.SourceOf(2)));
    }

    public enum Ending { Served, ServedAtOnce, ServedLate, Exhausted, Cancelled }

    [Test]
    public async Task Requests_that_are_over_are_not_counted([Values] Ending ending, CancellationToken cancellationToken)
    {
        await using var pool = Pool(core: 2, reserve: 1);
        for (var i = 0; i < 3; i++) await EndAsync(pool, ending, cancellationToken);

        var both = (First: await pool.TakeAsync(One, cancellationToken), Second: pool.TakeAsync(One, cancellationToken).AsTask());
        Assert.That(both.Second.IsCompleted, "two requests at once have the next one");
        both.First.Dispose();
        (await both.Second).Dispose();
        await pool.TakeAsync(Too, cancellationToken);
        await HoldsAsync(pool.TakeAsync(One, cancellationToken).AsTask(), "for its one request there is its own");
    }

    private async Task<PoolPlace> HaveReserveAsync(SharedPool pool, CancellationToken cancellationToken)
    {
        Time.Advance(Pause);
        return await pool.TakeAsync(Two, cancellationToken);
    }

    private async Task EndAsync(SharedPool pool, Ending ending, CancellationToken cancellationToken)
    {
        switch (ending)
        {
            case Ending.Served:
                (await pool.TakeAsync(One, cancellationToken)).Dispose();
                break;
            case Ending.ServedAtOnce:
                pool.Take(One).Dispose();
                break;
            case Ending.ServedLate:
                var before = await pool.TakeAsync(Too, cancellationToken);
                var served = pool.TakeAsync(One, cancellationToken).AsTask();
                before.Dispose();
                (await served).Dispose();
                break;
            case Ending.Exhausted:
                PoolPlace[] all = [await pool.TakeAsync(Too, cancellationToken), await pool.TakeAsync(Two, cancellationToken), await HaveReserveAsync(pool, cancellationToken)];
                var refused = pool.TakeAsync(One, cancellationToken).AsTask();
                Time.Advance(Limit);
                Assert.That(async () => await refused, Throws.InstanceOf<DatabaseUnavailableException>());
                foreach (var place in all) place.Dispose();
                break;
            default:
                using (await pool.TakeAsync(Too, cancellationToken))
                {
                    using var impatient = new CancellationTokenSource();
                    var waiting = pool.TakeAsync(One, impatient.Token).AsTask();
                    await impatient.CancelAsync();
                    Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
                }

                break;
        }
    }
}

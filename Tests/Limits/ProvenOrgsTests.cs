using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Tenantry.Service.Limits;
using Tenantry.Tenancy;
using Tenantry.Tests.Mail;

namespace Tenantry.Tests.Limits;

/// <summary>Whose budget a request is counted against, and how much that is.</summary>
internal sealed class ProvenOrgsTests
{
    private static readonly TenantEntry Acme = new(SchemaName.For(Guid.CreateVersion7()), null, null);

    [Test]
    public void An_org_is_proven_for_the_session_and_the_name_that_were_let_in_and_for_a_minute()
    {
        var time = new ManualClock();
        var proven = new ProvenOrgs(time);
        var scope = new TenantScope(Guid.CreateVersion7(), Slug.Parse("acme"));
        Assert.That(proven.Find(scope), Is.Null);
        proven.Remember(scope, Acme);
        Assert.That(proven.Find(scope), Is.EqualTo(Acme));
        Assert.That(proven.Find(scope with { SessionId = Guid.CreateVersion7() }), Is.Null);
        Assert.That(proven.Find(scope with { Org = Slug.Parse("globex") }), Is.Null);
        Assert.That(proven.Find(scope with { OrgId = Guid.CreateVersion7() }), Is.Null);

        time.Advance(TimeSpan.FromSeconds(40));
        proven.Remember(scope, Acme);
        time.Advance(TimeSpan.FromSeconds(40));
        Assert.That(proven.Find(scope), Is.EqualTo(Acme), "it was let in again");
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(proven.Find(scope), Is.Null);

        proven.Remember(scope, Acme);
        proven.Forget(scope);
        Assert.That(proven.Find(scope), Is.Null);
    }

    [TestCase(2), TestCase(-2)]
    public void A_clock_that_is_set_neither_ends_nor_prolongs_it(int hours)
    {
        var time = new ManualClock();
        var proven = new ProvenOrgs(time);
        var scope = new TenantScope(Guid.CreateVersion7(), Slug.Parse("acme"));
        proven.Remember(scope, Acme);
        time.Set(TimeSpan.FromHours(hours));
        Assert.That(proven.Find(scope), Is.EqualTo(Acme));
        time.Advance(TimeSpan.FromSeconds(70));
        Assert.That(proven.Find(scope), Is.Null);
    }

    [Test]
    public void A_plan_that_one_session_is_told_of_holds_for_all()
    {
        var proven = new ProvenOrgs(new ManualClock());
        var (one, two) = (new TenantScope(Guid.CreateVersion7(), Slug.Parse("acme")), new TenantScope(Guid.CreateVersion7(), Slug.Parse("acme")));
        proven.Remember(one, Acme);
        proven.Remember(two, Acme with { PoolShare = 10 });
        Assert.That(proven.Find(one), Is.EqualTo(Acme with { PoolShare = 10 }));
    }

    [TestCase(null, 10)]
    [TestCase(10, 2)]
    [TestCase(1, 1)]
    public async Task An_org_has_as_many_places_as_its_plan_says(int? share, int places)
    {
        using var limits = new OrgLimits(Options.Create(new LimitOptions()), new TenancyOptions());
        var entry = Acme with { PoolShare = share };
        var taken = new List<RateLimitLease>();
        for (var i = 0; i < places; i++) taken.Add(await limits.AcquireAsync(entry, Guid.Empty, CancellationToken.None));
        var waiting = limits.AcquireAsync(entry, Guid.Empty, CancellationToken.None).AsTask();
        Assert.That(waiting.IsCompleted, Is.False);
        using (var other = await limits.AcquireAsync(entry with { Schema = SchemaName.For(Guid.CreateVersion7()) }, Guid.Empty, CancellationToken.None)) Assert.That(other.IsAcquired);
        taken[0].Dispose();
        using (var next = await waiting) Assert.That(next.IsAcquired);
        foreach (var lease in taken) lease.Dispose();
    }

    [Test]
    public async Task All_who_are_not_proven_together_leave_a_part_of_the_pool_to_those_who_are()
    {
        using var limits = new OrgLimits(Options.Create(new LimitOptions()), new TenancyOptions());
        var taken = new List<RateLimitLease>();
        for (var i = 0; i < 10; i++) taken.Add(await limits.AcquireAsync(null, Guid.CreateVersion7(), CancellationToken.None));
        var waiting = limits.AcquireAsync(null, Guid.CreateVersion7(), CancellationToken.None).AsTask();
        Assert.That(waiting.IsCompleted, Is.False);
        using (var member = await limits.AcquireAsync(Acme, Guid.Empty, CancellationToken.None)) Assert.That(member.IsAcquired);
        foreach (var lease in taken) lease.Dispose();
        (await waiting).Dispose();
    }

    [Test]
    public async Task Two_streams_of_an_org_look_at_a_time_and_none_of_many_is_turned_away()
    {
        using var limits = new OrgLimits(Options.Create(new LimitOptions()), new TenancyOptions());
        var org = Guid.CreateVersion7();
        var looks = Enumerable.Range(0, 500).Select(_ => limits.AcquireLookAsync(org, CancellationToken.None).AsTask()).ToList();
        Assert.That(looks.Count(look => look.IsCompleted), Is.EqualTo(2));
        foreach (var look in looks)
        {
            using var turn = await look;
            Assert.That(turn.IsAcquired);
        }
    }
}

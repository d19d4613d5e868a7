using Tenantry.Service.Live;

namespace Tenantry.Tests.Live;

internal sealed class EventWindowTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void An_event_committed_after_a_later_one_is_not_missed_and_none_comes_twice()
    {
        var window = EventWindow.StartingAt(Noon);
        var (slow, quick) = (At(1), At(3));
        Assert.That(window.Admit(quick), Is.True);
        window.Advance(Noon.AddSeconds(3));
        Assert.That(slow, Is.GreaterThan(window.Floor), "it is read still");
        Assert.That(window.Admit(slow), Is.True);
        Assert.That(window.Admit(quick), Is.False);
        Assert.That(window.Admit(slow), Is.False);
    }

    [Test]
    public void The_floor_follows_and_what_is_below_is_forgotten()
    {
        var window = EventWindow.StartingAt(Noon);
        window.Admit(At(1));
        window.Admit(At(60));
        window.Advance(Noon.AddSeconds(60));
        Assert.That(At(1), Is.LessThan(window.Floor));
        Assert.That(At(51), Is.GreaterThan(window.Floor));
        Assert.That(window.Admit(At(60)), Is.True, "another event of that moment");
    }

    [Test]
    public void A_clock_that_runs_ahead_hides_nothing()
    {
        var window = EventWindow.StartingAt(Noon);
        window.Admit(At(3600));
        window.Advance(Noon.AddSeconds(1));
        Assert.That(At(1), Is.GreaterThan(window.Floor));
        Assert.That(At(1), Is.GreaterThan(EventWindow.After(At(3600), Noon).Floor), "nor after resuming");
    }

    [Test]
    public void A_clock_that_is_set_back_hides_nothing_either()
    {
        var window = EventWindow.StartingAt(Noon);
        var had = At(7200);
        window.Admit(had);
        window.Advance(Noon.AddSeconds(7200));
        window.Advance(Noon.AddSeconds(7199));
        Assert.That(At(7180), Is.LessThan(window.Floor), "a second is nothing");
        window.Advance(Noon.AddSeconds(1));
        Assert.That(At(1), Is.GreaterThan(window.Floor));
        Assert.That(window.Admit(had), Is.False, "what it remembers");
    }

    [Test]
    public void Resuming_looks_back_and_passes_over_the_last()
    {
        var last = At(100);
        var window = EventWindow.After(last, Noon.AddSeconds(200));
        Assert.That(window.Admit(last), Is.False);
        Assert.That(At(95), Is.GreaterThan(window.Floor));
        Assert.That(At(80), Is.LessThan(window.Floor));
    }

    private static Guid At(int seconds) => Guid.CreateVersion7(Noon.AddSeconds(seconds));
}

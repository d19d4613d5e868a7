using Tenantry.Tenancy;
using Tenantry.Tests.Mail;

namespace Tenantry.Tests.Tenancy;

/// <summary>The most there were lately.</summary>
internal sealed class RecentPeakTests
{
    [Test]
    public void The_most_is_remembered_for_the_second_and_the_next()
    {
        var time = new ManualClock();
        var peak = new RecentPeak(time);
        Assert.That((peak.Note(3), peak.Note(7), peak.Note(2)), Is.EqualTo((3, 7, 7)));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((peak.Note(1), peak.Note(4), peak.Note(9)), Is.EqualTo((7, 7, 9)));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(peak.Note(1), Is.EqualTo(9));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(peak.Note(1), Is.EqualTo(1));
    }

    [Test]
    public void What_was_before_a_pause_is_forgotten()
    {
        var time = new ManualClock();
        var peak = new RecentPeak(time);
        peak.Note(7);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(peak.Note(1), Is.EqualTo(1));
    }
}

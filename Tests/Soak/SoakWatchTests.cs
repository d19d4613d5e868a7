namespace Tenantry.Tests.Soak;

/// <summary>That what is called growth is.</summary>
internal sealed class SoakWatchTests
{
    private static readonly double[] Start = [100, 140, 180, 200, 210, 220];

    [Test]
    public void What_rises_and_then_stays_does_not_grow_and_what_goes_on_rising_does()
    {
        Assert.That(SoakWatch.Thirds([.. Start, 220, 219, 225]), Is.EqualTo(new double[] { 140, 210, 220 }));
        Assert.That(SoakWatch.Grows([.. Start, 220, 219, 225]), Is.False);
        Assert.That(SoakWatch.Grows([.. Start, 260, 300, 340]), Is.True);
        Assert.That(SoakWatch.Grows([]), Is.False, "nobody tells");
    }
}

namespace Tenantry.Tests.Mail;

/// <summary>A clock that a test moves. Its timers are real ones.</summary>
internal sealed class ManualClock : TimeProvider
{
    private DateTimeOffset now = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);
    private TimeSpan passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => passed.Ticks;

    /// <summary>Time passes.</summary>
    public void Advance(TimeSpan by)
    {
        passed += by;
        Set(by);
    }

    /// <summary>Somebody sets the clock, and no time passes.</summary>
    public void Set(TimeSpan by) => now += by;
}

namespace Tenantry.Tenancy.Resilience;

/// <summary>
/// A clock that nobody sets: it begins where the given one is, and goes on as fast as time passes. For what measures how long
/// something takes by the time of day, as circuit breakers of Polly do: one that is open when the clock is set back by an hour
/// would be open for an hour.
/// </summary>
public sealed class SteadyTime : TimeProvider
{
    private readonly TimeProvider time;
    private readonly DateTimeOffset began;
    private readonly long beginning;

    /// <param name="time">Whose timers and whose count of passing time these are.</param>
    public SteadyTime(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        (this.time, began, beginning) = (time, time.GetUtcNow(), time.GetTimestamp());
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => time.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => began + time.GetElapsedTime(beginning);

    /// <inheritdoc/>
    public override long GetTimestamp() => time.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => time.CreateTimer(callback, state, dueTime, period);
}

namespace Tenantry.Tests.Accounts;

/// <summary>A clock whose timers go off when the test says so; it shows the system's time.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<ManualTimer> timers = [];
    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Until somebody has made a timer: a background service does so some time after it was started.</summary>
    public Task FirstTimer => first.Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(callback, state, period);
        lock (timers) timers.Add(timer);
        first.TrySetResult();
        return timer;
    }

    /// <summary>Lets every timer of a period go off once.</summary>
    public void Elapse(TimeSpan period)
    {
        ManualTimer[] due;
        lock (timers) due = [.. timers.Where(timer => timer.Period == period)];
        Assert.That(due, Is.Not.Empty);
        foreach (var timer in due) timer.GoOff();
    }

    private sealed class ManualTimer(TimerCallback callback, object? state, TimeSpan period) : ITimer
    {
        public TimeSpan Period => period;

        public void GoOff() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            // Nothing runs by itself.
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

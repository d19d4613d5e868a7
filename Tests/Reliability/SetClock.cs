namespace Tenantry.Tests.Reliability;

/// <summary>The machine's clock as it is after somebody has set it. Time passes as always.</summary>
internal sealed class SetClock : TimeProvider
{
    private long ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref ahead));

    public void Set(TimeSpan by) => Interlocked.Add(ref ahead, by.Ticks);
}

using Tenantry.Tenancy;

namespace Tenantry.Migrations.Fleet;

/// <summary>How a run goes about the fleet. Immutable.</summary>
public sealed record FleetOptions
{
    /// <summary>The orgs to move; null, the default, for all.</summary>
    public IReadOnlyList<Slug>? Only { get; init; }

    /// <summary>The version to reach; null, the default, for the newest.</summary>
    public int? Target { get; init; }

    /// <summary>Whether to move only tenants whose last attempt failed. Default false.</summary>
    public bool FailedOnly { get; init; }

    /// <summary>How many tenants are worked on at once. Default 4; at most half of the owner's pool (<see cref="Bootstrap.OwnerDatabase.PoolSize"/>).</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>How many tenants, the oldest, go before all others; if one of them fails, the run stops. Default 0.</summary>
    public int Canary { get; init; }

    /// <summary>
    /// In which parts of the fleet the run goes on, each as the percentage that is done after it, rising to 100. A part in which a
    /// tenant failed is the last. Default: one part, 100.
    /// </summary>
    public IReadOnlyList<int> Rings { get; init; } = [100];

    /// <summary>The run begins no further tenant once so many have failed; null, the default, for no limit.</summary>
    public int? MaxFailures { get; init; }

    /// <summary>
    /// How long a statement waits for a lock before it gives way, so that those who came after it are not kept waiting. Default
    /// 100 milliseconds. Statements that make nobody wait (CREATE INDEX CONCURRENTLY) have no limit.
    /// </summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How often a tenant is tried when a lock, a deadlock or the connection was in the way, after pauses that double from 100
    /// milliseconds to two seconds, with jitter. Default 10, which is about 12 seconds. What a script does wrong is tried once.
    /// </summary>
    public int Attempts { get; init; } = 10;

    internal void Require(int poolSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Parallel, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Parallel, poolSize / 2);
        ArgumentOutOfRangeException.ThrowIfNegative(Canary);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFailures ?? 1, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LockTimeout, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(Attempts, 1);
        if (FindRingFault(Rings) is { } fault) throw new ArgumentOutOfRangeException(null, Rings, fault);
    }

    internal static string? FindRingFault(IReadOnlyList<int> rings) =>
        rings.Count == 0 || rings[0] < 1 || rings[^1] != 100 || rings.Zip(rings.Skip(1)).Any(pair => pair.First >= pair.Second)
            ? "Rings are percentages that rise to 100, such as 1%,10%,100%."
            : null;
}

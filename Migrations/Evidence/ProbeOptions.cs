namespace Tenantry.Migrations.Evidence;

/// <summary>How live probes go about the fleet. Immutable.</summary>
public sealed record ProbeOptions
{
    /// <summary>
    /// Chooses whom each tenant is tried against, and so makes a run repeatable. Default: another one each time; the report has it.
    /// </summary>
    public int Seed { get; init; } = Random.Shared.Next();

    /// <summary>How many others each tenant is tried against. Default 2: the cost is linear in tenants.</summary>
    public int Others { get; init; } = 2;

    /// <summary>Whether each tenant is tried against every other, and on every shared table. Default false: the cost is quadratic.</summary>
    public bool Exhaustive { get; init; }

    /// <summary>How many tenants are tried at once. Default 4.</summary>
    public int Parallel { get; init; } = 4;
}

namespace Tenantry.Migrations.Fleet;

/// <summary>What an org may take of what all share. Null is what everybody has: the data login's limits, the service's settings.</summary>
public sealed record OrgPlan
{
    /// <summary>The plan's name.</summary>
    public required string Name { get; init; }

    /// <summary>How long a statement of the org may take, as PostgreSQL writes it: <c>5s</c>.</summary>
    public string? StatementTimeout { get; init; }

    /// <summary>How long it may wait for a lock.</summary>
    public string? LockTimeout { get; init; }

    /// <summary>Requests a second, on each node.</summary>
    public int? RequestsPerSecond { get; init; }

    /// <summary>Most of a node's data pool that it has at once, in percent.</summary>
    public int? PoolShare { get; init; }
}

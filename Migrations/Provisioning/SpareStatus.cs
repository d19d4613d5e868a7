namespace Tenantry.Migrations.Provisioning;

/// <summary>The spares that there are.</summary>
public sealed record SpareStatus
{
    /// <summary>How many the next orgs made with these scripts will take.</summary>
    public required long Ready { get; init; }

    /// <summary>How many were made with other scripts or another key, or lack their schema. No org made with these scripts takes one.</summary>
    public required long Stale { get; init; }

    /// <summary>Why the last attempt to make one failed; null when it did not.</summary>
    public string? Error { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? FailedAt { get; init; }
}

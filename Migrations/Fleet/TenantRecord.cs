namespace Tenantry.Migrations.Fleet;

/// <summary>What the registry knows of a tenant.</summary>
public sealed record TenantRecord
{
    /// <summary>The tenant's id, which is its org's.</summary>
    public required Guid Id { get; init; }

    /// <summary>The org's slug.</summary>
    public required string Slug { get; init; }

    /// <summary>The org's name.</summary>
    public required string Name { get; init; }

    /// <summary>The name of its schema and role.</summary>
    public required string SchemaName { get; init; }

    /// <summary><c>provisioning</c>, <c>active</c>, <c>suspended</c>, <c>deleting</c> or <c>failed</c>.</summary>
    public required string State { get; init; }

    /// <summary>The number of the last script it had.</summary>
    public required int Version { get; init; }

    /// <summary>When a migration was last tried; null when none was since it was made.</summary>
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>Why the last migration failed; null when it did not.</summary>
    public string? LastError { get; init; }

    /// <summary>When its structure was last compared with what the scripts make; null when it never was.</summary>
    public DateTimeOffset? ExaminedAt { get; init; }

    /// <summary>When it was deleted; null while it was not.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

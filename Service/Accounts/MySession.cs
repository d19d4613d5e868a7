namespace Tenantry.Service.Accounts;

/// <summary>A session as its user sees it.</summary>
internal sealed record MySession
{
    public required Guid Id { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last refreshed.</summary>
    public required DateTimeOffset UsedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The network address from which it was begun.</summary>
    public string? Origin { get; init; }
    public string? UserAgent { get; init; }

    /// <summary>Whether it is the one that asks.</summary>
    public required bool Current { get; init; }
}

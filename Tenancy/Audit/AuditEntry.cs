namespace Tenantry.Tenancy.Audit;

/// <summary>One row of the audit log: who did what on what, and from where. Never holds a secret.</summary>
/// <param name="Action">What was done.</param>
/// <param name="ActorId">The user who did it; null for an operator or the system.</param>
/// <param name="OrgId">The org it was done in or to, if any.</param>
/// <param name="Target">The id of what it was done to, when that is not the org.</param>
public sealed record AuditEntry(AuditAction Action, Guid? ActorId, Guid? OrgId = null, string? Target = null)
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>Who acts when no user does: <c>operator</c> by default, or <c>system</c>.</summary>
    public string ActorKind { get; init; } = ActorId is null ? "operator" : "user";

    /// <summary>From where: a client's network address, or for an operator, by default, their account and machine.</summary>
    public string? Origin { get; init; } = ActorId is null ? $"{Environment.UserName}@{Environment.MachineName}" : null;

    /// <summary>What else there is to know, such as the role that was given; empty by default.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = None;
}

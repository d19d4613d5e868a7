using System.Text.Json.Nodes;

namespace Tenantry.Service.Log;

/// <summary>A row of an org's audit log.</summary>
internal sealed record LogEntry
{
    public required Guid Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Action { get; init; }
    public required Guid? ActorId { get; init; }
    public required string ActorKind { get; init; }
    public required string? Actor { get; init; }
    public required string? Target { get; init; }
    public required string? Origin { get; init; }
    public required JsonObject Details { get; init; }
}

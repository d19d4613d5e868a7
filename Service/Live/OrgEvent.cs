namespace Tenantry.Service.Live;

/// <summary>Something that happened in an org. It tells what to read, and nothing of what is there.</summary>
internal sealed record OrgEvent
{
    public required Guid Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Kind { get; init; }
    public required Guid SubjectId { get; init; }
    public required Guid ActorId { get; init; }
}

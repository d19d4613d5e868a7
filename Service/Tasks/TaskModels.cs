using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Tenantry.Service.Http;

namespace Tenantry.Service.Tasks;

internal sealed record ProjectTask : IVersioned
{
    public required Guid Id { get; init; }
    public required Guid ProjectId { get; init; }
    public required string Title { get; init; }
    public required bool Done { get; init; }
    public DateOnly? DueOn { get; init; }
    public Guid? AssigneeId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    [JsonIgnore]
    public int Revision { get; init; }
}

public sealed record NewTask([Required, StringLength(500)] string Title, bool Done, DateOnly? DueOn, Guid? AssigneeId);

/// <summary>What to change. A null due date or assignee takes it away; one that is not given leaves it.</summary>
public sealed record TaskPatch
{
    [StringLength(500, MinimumLength = 1)]
    public string? Title { get; init; }

    public bool? Done { get; init; }

    public DateOnly? DueOn { get; init => (field, DueOnGiven) = (value, true); }

    public Guid? AssigneeId { get; init => (field, AssigneeGiven) = (value, true); }

    [JsonIgnore]
    public bool DueOnGiven { get; private init; }

    [JsonIgnore]
    public bool AssigneeGiven { get; private init; }
}

namespace Tenantry.Bench.Requests;

/// <summary>A row of the sample feature's table.</summary>
public sealed record BenchProject
{
    public Guid Id { get; init; }

    public string Name { get; init; } = "";

    public string Description { get; init; } = "";

    public string Status { get; init; } = "";

    public Guid CreatedBy { get; init; }

    public DateTime CreatedAt { get; init; }

    public DateTime UpdatedAt { get; init; }
}

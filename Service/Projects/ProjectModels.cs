using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Tenantry.Service.Http;

namespace Tenantry.Service.Projects;

internal sealed record Project : IVersioned
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required string Description { get; init; }
    public required string Status { get; init; }
    public required Guid CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    [JsonIgnore]
    public int Revision { get; init; }
}

// Public, here and in the other features: the validation that is generated at build time passes over internal types.
public sealed record NewProject(
    [Required, StringLength(200)] string Name,
    [StringLength(10_000)] string? Description,
    [AllowedValues("active", "archived", null, ErrorMessage = "A status is active or archived.")] string? Status);

public sealed record ProjectPatch(
    [StringLength(200, MinimumLength = 1)] string? Name,
    [StringLength(10_000)] string? Description,
    [AllowedValues("active", "archived", null, ErrorMessage = "A status is active or archived.")] string? Status);

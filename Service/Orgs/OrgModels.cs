using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Tenantry.Service.Http;

namespace Tenantry.Service.Orgs;

internal sealed record Org : IVersioned
{
    public required Guid Id { get; init; }
    public required string Slug { get; init; }
    public required string Name { get; init; }
    public required string Role { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    [JsonIgnore]
    public int Revision { get; init; }
}

public sealed record NewOrgRequest([Required, StringLength(100)] string Name, string? Slug);

public sealed record OrgPatch([StringLength(100, MinimumLength = 1)] string? Name, string? Slug);

public sealed record OrgDeletion([Required] string Slug);

using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Tenantry.Service.Http;

namespace Tenantry.Service.Members;

internal sealed record Member : IVersioned
{
    public required Guid UserId { get; init; }
    public required string Name { get; init; }
    public required string Email { get; init; }
    public required string Role { get; init; }
    public required DateTimeOffset JoinedAt { get; init; }

    [JsonIgnore]
    public int Revision { get; init; }
}

public sealed record MemberPatch(
    [Required, AllowedValues("admin", "member", ErrorMessage = "A role is admin or member.")] string Role);

using Tenantry.Tenancy;

namespace Tenantry.Migrations.Provisioning;

/// <summary>An org to be made.</summary>
/// <param name="Slug">Its name in addresses.</param>
/// <param name="Name">Its name as people write it.</param>
/// <param name="AdminId">The user who becomes its first admin.</param>
/// <param name="ActorId">The user who makes it; null when an operator does.</param>
public sealed record NewOrg(Slug Slug, string Name, Guid AdminId, Guid? ActorId)
{
    /// <summary>From where it is made, for the audit log; null, the default, where that is not known.</summary>
    public string? Origin { get; init; }
}

namespace Tenantry.Tenancy;

/// <summary>
/// Who asks, for which org, and what they must be: what the database checks before a command may enter the org's schema.
/// It is a claim, not a right: the right is looked up, live, by every command.
/// </summary>
/// <param name="SessionId">The caller's session, a row of <c>public.sessions</c>.</param>
/// <param name="Org">The slug of the org that the caller names; the default value where <see cref="OrgId"/> names it alone.</param>
/// <param name="Require">What the caller must be in that org.</param>
public sealed record TenantScope(Guid SessionId, Slug Org, OrgRole Require = OrgRole.Member)
{
    /// <summary>
    /// The id of the org, beside its slug or instead of it; null, the default, when the slug names it alone. Slug and id must be
    /// the same org's, or the entry is refused as <see cref="TenantRefusal.Ambiguous"/>.
    /// </summary>
    public Guid? OrgId { get; init; }

    /// <summary>The slug as the database is asked for it; null when the id names the org alone.</summary>
    /// <exception cref="InvalidOperationException">The scope names no org at all.</exception>
    public string? OrgSlug => OrgId is not null && Org == default ? null : Org.Value;
}

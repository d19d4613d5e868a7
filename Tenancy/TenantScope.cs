namespace Tenantry.Tenancy;

/// <summary>
/// Who asks, for which org, and what they must be: what the database checks before a command may enter the org's schema.
/// It is a claim, not a right: the right is looked up, live, by every command.
/// </summary>
/// <param name="SessionId">The caller's session, a row of <c>public.sessions</c>.</param>
/// <param name="Org">The org that the caller names.</param>
/// <param name="Require">What the caller must be in that org.</param>
public sealed record TenantScope(Guid SessionId, Slug Org, OrgRole Require = OrgRole.Member);

namespace Tenantry.Tenancy.Audit;

/// <summary>Everything that the audit log tells of. A name, once used, keeps its meaning.</summary>
public enum AuditAction
{
    /// <summary>An account was made.</summary>
    UserRegistered,

    /// <summary>A user's own profile changed.</summary>
    UserUpdated,

    /// <summary>A login made a session.</summary>
    SessionStarted,

    /// <summary>A session ended: by logout, or because a used refresh token was shown again.</summary>
    SessionEnded,

    /// <summary>An org was made, with its schema.</summary>
    OrgCreated,

    /// <summary>An org's name or slug changed.</summary>
    OrgUpdated,

    /// <summary>An org was deleted; its data are kept for the time of retention.</summary>
    OrgDeleted,

    /// <summary>A tenant's schema, role and rows were erased.</summary>
    TenantErased,

    /// <summary>A tenant's schema moved to another version.</summary>
    TenantMigrated,

    /// <summary>An operator opened a session in a tenant's schema.</summary>
    TenantSessionOpened,
}

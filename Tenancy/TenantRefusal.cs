namespace Tenantry.Tenancy;

/// <summary>Why the database let a command not enter an org. Unknown, forbidden and unavailable are three different answers.</summary>
public enum TenantRefusal
{
    /// <summary>The session is unknown, ended or expired.</summary>
    SessionEnded,

    /// <summary>The org was named by slug and by id, and these are not the same org's.</summary>
    Ambiguous,

    /// <summary>There is no such org, or the caller is not a member: told apart nowhere.</summary>
    NotFound,

    /// <summary>The caller is a member and would have to be an admin.</summary>
    AdminRequired,

    /// <summary>The org is suspended.</summary>
    Suspended,

    /// <summary>The org is being made or migrated, has failed, or stands at a version that this service does not serve.</summary>
    Unavailable,
}

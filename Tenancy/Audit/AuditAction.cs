namespace Tenantry.Tenancy.Audit;

/// <summary>Everything that the audit log tells of. A name, once used, keeps its meaning.</summary>
public enum AuditAction
{
    /// <summary>An account was made.</summary>
    UserRegistered,

    /// <summary>A user's own profile changed.</summary>
    UserUpdated,

    /// <summary>A user proved to have the address.</summary>
    UserEmailConfirmed,

    /// <summary>A user has another address.</summary>
    UserEmailChanged,

    /// <summary>A user has another password, by resetting or changing it; the sessions there were have ended.</summary>
    UserPasswordChanged,

    /// <summary>A login needs a second factor from now on.</summary>
    UserTwoFactorEnabled,

    /// <summary>A login needs no second factor any more.</summary>
    UserTwoFactorDisabled,

    /// <summary>A user has new recovery codes, and the former ones are void.</summary>
    UserRecoveryCodesReplaced,

    /// <summary>A user deleted the account, and with it left every org.</summary>
    UserDeleted,

    /// <summary>A login made a session.</summary>
    SessionStarted,

    /// <summary>A session ended: by logout, by being revoked, or because a used refresh token was shown again.</summary>
    SessionEnded,

    /// <summary>A session was given an org to be in, or none any more.</summary>
    SessionOrgChosen,

    /// <summary>An org was made, with its schema.</summary>
    OrgCreated,

    /// <summary>An org's name or slug changed.</summary>
    OrgUpdated,

    /// <summary>An org was suspended: nobody reaches its data until it is resumed.</summary>
    OrgSuspended,

    /// <summary>A suspended org can be reached again.</summary>
    OrgResumed,

    /// <summary>A deleted org can be reached again, with its data.</summary>
    OrgRestored,

    /// <summary>An org has another plan, which the details name.</summary>
    OrgPlanChanged,

    /// <summary>An org was deleted; its data are kept for the time of retention.</summary>
    OrgDeleted,

    /// <summary>All of an org's data were copied: into a file, or into the org that the target names.</summary>
    OrgExported,

    /// <summary>An org was made with the data of a file.</summary>
    OrgImported,

    /// <summary>An org was made with the data of another, which the target names.</summary>
    OrgCloned,

    /// <summary>Somebody became a member of an org.</summary>
    MembershipCreated,

    /// <summary>A member has another role.</summary>
    MembershipUpdated,

    /// <summary>A member was removed from an org, or left it.</summary>
    MembershipDeleted,

    /// <summary>Somebody was invited to an org.</summary>
    InvitationCreated,

    /// <summary>An invitation was sent again, with a new token; the former one is void.</summary>
    InvitationResent,

    /// <summary>An invitation was taken back.</summary>
    InvitationRevoked,

    /// <summary>An invitation became a membership.</summary>
    InvitationAccepted,

    /// <summary>Who was invited does not want to.</summary>
    InvitationDeclined,

    /// <summary>What a tenant has was measured, and its erasure has begun: it cannot be restored any more.</summary>
    TenantErasureBegun,

    /// <summary>A tenant's schema, role and rows were erased, as the certificate in the details says.</summary>
    TenantErased,

    /// <summary>A tenant's schema moved to another version.</summary>
    TenantMigrated,

    /// <summary>An operator opened a session in a tenant's schema.</summary>
    TenantSessionOpened,
}

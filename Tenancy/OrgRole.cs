namespace Tenantry.Tenancy;

/// <summary>What a user is in an org. The default value is the lesser right.</summary>
public enum OrgRole
{
    /// <summary>Reads and writes the org's data.</summary>
    Member,

    /// <summary>A member who also changes the org and its people.</summary>
    Admin,
}

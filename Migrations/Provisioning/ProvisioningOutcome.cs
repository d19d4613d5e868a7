namespace Tenantry.Migrations.Provisioning;

/// <summary>The ways in which making an org ends; an unexpected fault is an exception.</summary>
public enum ProvisioningOutcome
{
    /// <summary>The org is there, whole.</summary>
    Created,

    /// <summary>Another org has the slug, or had it lately.</summary>
    SlugTaken,

    /// <summary>There is no user with the admin's id.</summary>
    AdminUnknown,

    /// <summary>The caller's own part of the transaction said no.</summary>
    Abandoned,
}

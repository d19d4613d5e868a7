namespace Tenantry.Migrations.Transfer;

/// <summary>What comes along into a clone.</summary>
public sealed record CloneOptions
{
    /// <summary>Only the empty tables. False by default.</summary>
    public bool WithoutData { get; init; }

    /// <summary>The source's admins, beside the new org's own first one. False by default.</summary>
    public bool WithAdmins { get; init; }
}

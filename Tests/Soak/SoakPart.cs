namespace Tenantry.Tests.Soak;

/// <summary>What is done to an org, beside its being read and written.</summary>
internal enum SoakPart
{
    /// <summary>Migrated down and up, cloned, exported.</summary>
    Moved,

    /// <summary>Suspended and resumed, dropped and restored.</summary>
    TakenOut,

    /// <summary>Its people invited and removed.</summary>
    Joined,
}

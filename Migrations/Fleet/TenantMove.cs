namespace Tenantry.Migrations.Fleet;

/// <summary>What an attempt on a tenant came to.</summary>
internal enum TenantMove
{
    /// <summary>It is at the version.</summary>
    Done,

    /// <summary>It was there already: another runner has been.</summary>
    Elsewhere,

    /// <summary>Another runner has it.</summary>
    Busy,
}

namespace Tenantry.Migrations.Fleet;

/// <summary>What came of moving tenants to a version.</summary>
/// <param name="Migrated">Those that reached it by this run.</param>
/// <param name="Failed">Those that did not, each with its error; they stand where they stood.</param>
/// <param name="Left">How many were not tried: the run was cancelled or stopped, or another runner still had them.</param>
public sealed record FleetReport(IReadOnlyList<TenantMigration> Migrated, IReadOnlyList<TenantMigration> Failed, int Left)
{
    /// <summary>How many another runner moved meanwhile.</summary>
    public int Elsewhere { get; init; }

    /// <summary>Why the run stopped before its end, in one sentence; null when it did not, or was cancelled.</summary>
    public string? Stopped { get; init; }
}

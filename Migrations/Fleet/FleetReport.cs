namespace Tenantry.Migrations.Fleet;

/// <summary>What came of migrating tenants.</summary>
/// <param name="Migrated">Those that reached the version.</param>
/// <param name="Failed">Those that did not, each with its error; they stand where they stood.</param>
/// <param name="Left">How many were not tried, because the run was cancelled.</param>
public sealed record FleetReport(IReadOnlyList<TenantMigration> Migrated, IReadOnlyList<TenantMigration> Failed, int Left);

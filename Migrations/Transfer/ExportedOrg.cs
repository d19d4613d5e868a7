namespace Tenantry.Migrations.Transfer;

/// <summary>Whose data an export holds.</summary>
/// <param name="Slug">The org's slug when it was exported.</param>
/// <param name="Name">Its name then.</param>
public sealed record ExportedOrg(string Slug, string Name);

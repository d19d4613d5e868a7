namespace Tenantry.Migrations.Evidence;

/// <summary>How much was examined. Tenants and canaries together are as many as schemas, and as roles, or <c>registry.*</c> says why not.</summary>
/// <param name="Orgs">Tenants that are served or could be: active and suspended.</param>
/// <param name="Tenants">Rows of the registry, in whatever state.</param>
/// <param name="Canaries">Schemas that belong to no org on purpose.</param>
/// <param name="Schemas">Schemas of tenants' form.</param>
/// <param name="Roles">Roles of tenants' form with a schema here.</param>
/// <param name="Relations">Tables, views, sequences and indexes in those schemas.</param>
public sealed record AuditedPopulation(long Orgs, long Tenants, long Canaries, long Schemas, long Roles, long Relations);

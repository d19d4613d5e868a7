namespace Tenantry.Migrations.Erasure;

/// <summary>Where something was erased.</summary>
/// <param name="SystemIdentifier">The number that PostgreSQL gave its cluster when it was made; null where it does not tell.</param>
/// <param name="Database">The database.</param>
/// <param name="Version">The server's version.</param>
public sealed record ErasingServer(string? SystemIdentifier, string Database, string Version);

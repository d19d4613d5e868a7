namespace Tenantry.Migrations.Evidence;

/// <summary>One row that a check answered. It names roles, schemas and ids, and no org or person.</summary>
/// <param name="Subject">What is concerned.</param>
/// <param name="Detail">What is wrong with it.</param>
public sealed record AuditFinding(string Subject, string Detail);

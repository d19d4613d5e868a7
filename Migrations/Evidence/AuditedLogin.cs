namespace Tenantry.Migrations.Evidence;

/// <summary>Who can log in to the database.</summary>
/// <param name="Name">The role; tenants' own logins stand together as <c>l_*</c>.</param>
/// <param name="Purpose"><c>owner</c>, <c>control</c>, <c>data</c>, <c>auditor</c>, <c>tenant</c>, <c>superuser</c> or <c>other</c>.</param>
/// <param name="Count">How many it stands for.</param>
public sealed record AuditedLogin(string Name, string Purpose, long Count);

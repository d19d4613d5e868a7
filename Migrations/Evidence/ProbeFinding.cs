namespace Tenantry.Migrations.Evidence;

/// <summary>An attempt that did not end as it must.</summary>
/// <param name="Tenant">Whose role it ran under; <c>login</c> for the bare data login.</param>
/// <param name="Target">The schema or shared table that was tried.</param>
/// <param name="Attempt">What was tried: <c>read</c>, <c>insert</c>, <c>hop</c>, …; <c>control</c> when a tenant could not read its own.</param>
/// <param name="Outcome"><c>succeeded</c>, or the SQLSTATE, which is none of a refusal.</param>
public sealed record ProbeFinding(string Tenant, string Target, string Attempt, string Outcome);

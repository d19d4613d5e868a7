namespace Tenantry.Migrations.Evidence;

/// <summary>What came of live probes. The names are part of the JSON contract.</summary>
/// <param name="Seed">With it the run can be repeated.</param>
/// <param name="Exhaustive">Whether all pairs were tried.</param>
/// <param name="Tenants">How many schemas there were, the two canaries among them; each was first to read a table of its own.</param>
/// <param name="Attempts">How many statements were to be refused.</param>
/// <param name="Refused">How many were, with 42501 (insufficient_privilege).</param>
/// <param name="Gone">How many tenants were removed meanwhile; what was found of those is left out.</param>
/// <param name="Findings">What was not refused, or for another reason, and tenants that could not read their own.</param>
public sealed record ProbeReport(int Seed, bool Exhaustive, int Tenants, long Attempts, long Refused, int Gone, IReadOnlyList<ProbeFinding> Findings);

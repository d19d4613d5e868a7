namespace Tenantry.Migrations.Evidence;

/// <summary>What computing the audit log anew came to.</summary>
/// <param name="State">Its chains and heads.</param>
/// <param name="Faults">Where it does not compute, by chain and row; none on a sound log.</param>
public sealed record AuditLogVerification(AuditLogState State, IReadOnlyList<AuditLogFault> Faults);

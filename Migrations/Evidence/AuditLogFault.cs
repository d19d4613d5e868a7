namespace Tenantry.Migrations.Evidence;

/// <summary>Where a chain of the audit log does not compute.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Position">The row, from 1; 0 for the chain's head.</param>
/// <param name="Kind">
/// <c>altered</c> (the row has another hash than its content), <c>missing</c> (the row before is gone), <c>unlinked</c> (it carries
/// another hash than that of the row before), <c>cut</c> (its last rows are gone, or its head was altered), <c>replaced</c> (an
/// earlier report has another row there).
/// </param>
public sealed record AuditLogFault(Guid Chain, long Position, string Kind);

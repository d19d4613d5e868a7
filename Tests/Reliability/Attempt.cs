namespace Tenantry.Tests.Reliability;

/// <summary>
/// A write as its sender knows it: to which org, by which name (no other write has it), and what was told. Id is the row that was
/// acknowledged; null when nobody ever said so, and the row may be there or not.
/// </summary>
internal sealed record Attempt(string Org, string Name, Guid? Id);

/// <summary>A row as it lies in an org's schema.</summary>
internal sealed record Kept(string Org, string Name, Guid Id);

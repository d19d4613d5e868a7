namespace Tenantry.Migrations.Evidence;

/// <summary>The end of a chain of the audit log.</summary>
/// <param name="Chain">Its id: an org's, an actor's, or zeros.</param>
/// <param name="Length">How many rows it has.</param>
/// <param name="Head">The last one's hash, in lower-case hexadecimal; empty where there is none.</param>
public sealed record ChainHead(Guid Chain, long Length, string Head);

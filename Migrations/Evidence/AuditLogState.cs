namespace Tenantry.Migrations.Evidence;

/// <summary>What the audit log comes to at one moment: with the heads, a later look finds what was altered or taken away since.</summary>
/// <param name="Chains">How many chains there are, one for each org and for what belongs to none.</param>
/// <param name="Rows">How many rows, in all chains.</param>
/// <param name="Head">SHA-256 over all heads: <c>chain TAB length TAB head LF</c>, by chain.</param>
/// <param name="Broken">How many chains do not compute; <c>data.audit_log</c> names them.</param>
/// <param name="Heads">The last row of each chain.</param>
public sealed record AuditLogState(long Chains, long Rows, string Head, long Broken, IReadOnlyList<ChainHead> Heads)
{
    internal static AuditLogState Of(IReadOnlyList<ChainHead> heads, long broken)
    {
        var sorted = heads.OrderBy(head => head.Chain.ToString(), StringComparer.Ordinal).ToList();
        var text = string.Concat(sorted.Select(head => FormattableString.Invariant($"{head.Chain}\t{head.Length}\t{head.Head}\n")));
        return new(sorted.Count, sorted.Sum(head => head.Length), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))), broken, sorted);
    }
}

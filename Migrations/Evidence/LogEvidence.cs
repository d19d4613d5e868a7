using Dapper;
using Npgsql;

namespace Tenantry.Migrations.Evidence;

/// <summary>What the auditor can tell of the audit log, without reading what it says.</summary>
internal static class LogEvidence
{
    private const string Verify = "select v.chain, v.length, v.head, v.broken_at is not null from public.verify_audit_log() v";

    private const string ListLost =
        """
        select f.chain::text, 'row ' || f.position || ' is not the one that the report before has'
        from rows from (pg_catalog.unnest(@chains), pg_catalog.unnest(@lengths), pg_catalog.unnest(@heads)) f (chain, position, head)
        where f.position > 0 and not exists (
            select from public.audit_log l where l.chain = f.chain and l.position = f.position and pg_catalog.encode(l.hash, 'hex') = f.head)
        order by 1
        """;

    private static readonly CheckFile Continuity = new()
    {
        Id = "data.audit_log_continuity",
        Title = "The audit log still has all that the report before fixed",
        Severity = "high",
        Why = "A chain that was made anew computes, and says something else.",
        Controls = ["SOC2 CC7.2", "ISO27001 A.8.15", "HIPAA 164.312(b)", "PCI 10.3"],
        Sql = "",
    };

    /// <exception cref="PostgresException">The auditor may not ask.</exception>
    public static async Task<AuditLogState> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var chains = (await connection.QueryAsync<(Guid Chain, long Length, string Head, bool Broken)>(new CommandDefinition(Verify, cancellationToken: cancellationToken))).AsList();
        return AuditLogState.Of([.. chains.Select(chain => new ChainHead(chain.Chain, chain.Length, chain.Head))], chains.Count(chain => chain.Broken));
    }

    /// <summary>Whether the rows that an earlier report has as heads are there with the same hashes.</summary>
    public static async Task<CheckResult> CompareAsync(NpgsqlConnection connection, IReadOnlyList<ChainHead> heads, CancellationToken cancellationToken)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var lost = await connection.QueryAsync<(string Chain, string Detail)>(new CommandDefinition(ListLost, new
        {
            chains = heads.Select(head => head.Chain).ToArray(),
            lengths = heads.Select(head => head.Length).ToArray(),
            heads = heads.Select(head => head.Head).ToArray(),
        }, cancellationToken: cancellationToken));
        return CheckResult.Of(Continuity, [.. lost.Select(row => new AuditFinding(row.Chain, row.Detail))], clock.Elapsed);
    }
}

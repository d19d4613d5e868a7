using System.Data;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using Tenantry.Migrations.Bootstrap;

namespace Tenantry.Migrations.Evidence;

/// <summary>
/// Computes the audit log's chains anew, outside of the database and without its functions. Rows are streamed in one snapshot:
/// memory is one hash for each chain. Thread-safe.
/// </summary>
/// <param name="database">The owner's pool: the rows say who did what.</param>
public sealed class AuditLogVerifier(OwnerDatabase database)
{
    // As public.audit_hash writes it, which says what is hashed.
    private const string Rows =
        """
        select l.chain, l.position, l.previous_hash, l.hash, jsonb_build_array(
            l.chain, l.position, l.id, to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            l.actor_id, l.actor_kind, l.action, l.org_id, l.target, l.origin, l.details)::text
        from public.audit_log l order by l.chain, l.position
        """;

    private const string Heads = "select c.id, c.length, encode(c.head, 'hex') from public.audit_chains c";

    /// <summary>Verifies all chains.</summary>
    /// <param name="before">The heads that an earlier report has, which must still be there; none to compare with nothing.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<AuditLogVerification> VerifyAsync(IReadOnlyList<ChainHead> before, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var heads = (await connection.QueryAsync<(Guid Chain, long Length, string Head)>(new CommandDefinition(Heads, cancellationToken: cancellationToken)))
            .ToDictionary(head => head.Chain, head => new ChainHead(head.Chain, head.Length, head.Head));
        var expected = before.Where(head => head.Length > 0).ToDictionary(head => (head.Chain, head.Length), head => head.Head);
        var faults = new List<AuditLogFault>();
        var ends = new Dictionary<Guid, ChainHead>();

        await using (var command = new NpgsqlCommand(Rows, connection, transaction) { CommandTimeout = 0 })
        await using (var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken))
        {
            var (chain, position, hash) = (Guid.Empty, 0L, Array.Empty<byte>());
            while (await reader.ReadAsync(cancellationToken))
            {
                var of = reader.GetGuid(0);
                if (of != chain || ends.Count == 0) (chain, position, hash) = (of, 0, []);
                var at = reader.GetInt64(1);
                var previous = reader.GetFieldValue<byte[]>(2);
                var own = reader.GetFieldValue<byte[]>(3);
                if (at != position + 1) faults.Add(new AuditLogFault(chain, at, "missing"));
                else if (!previous.AsSpan().SequenceEqual(hash)) faults.Add(new AuditLogFault(chain, at, "unlinked"));
                if (!SHA256.HashData([.. previous, .. Encoding.UTF8.GetBytes(reader.GetString(4))]).AsSpan().SequenceEqual(own)) faults.Add(new AuditLogFault(chain, at, "altered"));
                (position, hash) = (at, own);
                ends[chain] = new ChainHead(chain, position, Convert.ToHexStringLower(own));
                if (expected.Remove((chain, at), out var fixedHash) && fixedHash != ends[chain].Head) faults.Add(new AuditLogFault(chain, at, "replaced"));
            }
        }

        faults.AddRange(heads.Values.Where(head => ends.GetValueOrDefault(head.Chain, new ChainHead(head.Chain, 0, "")) != head).Select(head => new AuditLogFault(head.Chain, 0, "cut")));
        faults.AddRange(ends.Keys.Where(chain => !heads.ContainsKey(chain)).Select(chain => new AuditLogFault(chain, 0, "cut")));
        faults.AddRange(expected.Keys.Select(lost => new AuditLogFault(lost.Chain, lost.Length, "replaced")));
        return new AuditLogVerification(
            AuditLogState.Of([.. heads.Values], faults.Select(fault => fault.Chain).Distinct().Count()),
            [.. faults.OrderBy(fault => fault.Chain.ToString(), StringComparer.Ordinal).ThenBy(fault => fault.Position)]);
    }
}

using System.Collections.Concurrent;
using Npgsql;
using Tenantry.Tenancy;

namespace Tenantry.Migrations.Evidence;

/// <summary>Counts attempts and keeps those that did not end as they must. Thread-safe.</summary>
internal sealed class ProbeTally
{
    private readonly ConcurrentQueue<ProbeFinding> findings = new();
    private long attempts;

    public long Attempts => Interlocked.Read(ref attempts);

    public IReadOnlyList<ProbeFinding> Findings => [.. findings.OrderBy(one => one.Tenant, StringComparer.Ordinal).ThenBy(one => one.Target, StringComparer.Ordinal).ThenBy(one => one.Attempt, StringComparer.Ordinal)];

    public void Add(ProbeFinding finding) => findings.Enqueue(finding);

    /// <summary>Tries what must be refused.</summary>
    public async Task TryAsync(ProbeConnection connection, SchemaName? tenant, string target, ProbeAttempt attempt, CancellationToken cancellationToken)
    {
        var error = await connection.TryAsync(tenant, attempt.Sql, cancellationToken);
        Interlocked.Increment(ref attempts);
        if (error != PostgresErrorCodes.InsufficientPrivilege) Add(new ProbeFinding(tenant?.Value ?? "login", target, attempt.Name, error ?? "succeeded"));
    }
}

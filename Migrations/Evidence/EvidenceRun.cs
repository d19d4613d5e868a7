using Dapper;
using Npgsql;
using Tenantry.Migrations.Hosting;

namespace Tenantry.Migrations.Evidence;

/// <summary>
/// Makes the report: the checks as the auditor login, tenants against what the scripts make, and the live probes. Changes no tenant;
/// who differs from the scripts is kept in the registry, as <see cref="Fleet.DriftExaminer"/> does.
/// </summary>
public static class EvidenceRun
{
    private const string ListNames = "select t.schema_name, o.slug from public.tenants t join tenancy.directory o on o.id = t.id order by t.schema_name";

    /// <summary>The whole of it.</summary>
    /// <param name="database">The database, whose auditor login is known.</param>
    /// <param name="options">What goes into it.</param>
    /// <param name="progress">Told of each part when it is done.</param>
    /// <param name="cancellationToken">Stops it; there is then no report.</param>
    /// <exception cref="NpgsqlException">The database failed, or refused the auditor.</exception>
    public static async Task<AuditReport> RunAsync(TenantryDatabase database, EvidenceOptions options, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var report = await ExamineAsync(database.Logins.Auditor, options, progress, cancellationToken);
        if (options.Wants(DriftReference.Id)) report = report.With(await DriftReference.RunAsync(database, report.Server.IsReplica, cancellationToken));
        if (options is { IsComplete: true, Probe: true } && !report.Server.IsReplica)
        {
            report = report with { Probes = await new IsolationProbe(database).RunAsync(options.Probes, null, cancellationToken), FinishedAt = TimeProvider.System.GetUtcNow() };
            progress?.Report("live probes");
        }

        if (options.Names) report = report with { Names = await ReadNamesAsync(database, cancellationToken) };
        return Finish(report, options);
    }

    /// <summary>What the auditor login alone can tell: for a reviewer from outside. Probes and reference are limitations of it.</summary>
    /// <param name="auditor">The auditor login's connection string.</param>
    /// <param name="options">What goes into it; names and probes do not.</param>
    /// <param name="progress">Told of each part when it is done.</param>
    /// <param name="cancellationToken">Stops it; there is then no report.</param>
    /// <exception cref="NpgsqlException">The database failed, or refused the auditor.</exception>
    public static async Task<AuditReport> RunAloneAsync(string auditor, EvidenceOptions options, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var report = await ExamineAsync(auditor, options, progress, cancellationToken);
        return Finish(options.Wants(DriftReference.Id) ? report.With(DriftReference.WithoutOwner()) : report, options);
    }

    /// <summary>Whether there is a check or family of this name.</summary>
    public static bool Knows(string name) => name == DriftReference.Id || CheckFile.All.Any(check => check.Id == name || check.Family == name);

    /// <summary>The families of checks, in order.</summary>
    public static IReadOnlyList<string> Families { get; } = [.. CheckFile.All.Select(check => check.Family).Distinct()];

    private static Task<AuditReport> ExamineAsync(string auditor, EvidenceOptions options, IProgress<string>? progress, CancellationToken cancellationToken) =>
        AuditRun.RunAsync(auditor, [.. CheckFile.All.Where(check => options.Wants(check.Id))], options.Previous?.Heads ?? [], progress, cancellationToken);

    private static AuditReport Finish(AuditReport report, EvidenceOptions options) => AppliedAcceptance.Apply(
        report with { Complete = options.IsComplete, Previous = options.Previous?.Report }, options.Exceptions, DateOnly.FromDateTime(report.FinishedAt.UtcDateTime));

    private static async Task<IReadOnlyDictionary<string, string>> ReadNamesAsync(TenantryDatabase database, CancellationToken cancellationToken)
    {
        await using var owner = await database.Owner.OpenAsync(cancellationToken);
        return (await owner.QueryAsync<(string Schema, string Slug)>(new CommandDefinition(ListNames, cancellationToken: cancellationToken)))
            .ToDictionary(row => row.Schema, row => row.Slug, StringComparer.Ordinal);
    }
}

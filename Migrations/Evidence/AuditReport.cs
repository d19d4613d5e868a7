using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tenantry.Migrations.Evidence;

/// <summary>What an audit found, as a whole; the names are part of the JSON contract.</summary>
/// <param name="Server">Where it was run.</param>
/// <param name="Population">Of how much.</param>
/// <param name="StartedAt">By the client's clock.</param>
/// <param name="FinishedAt">By the client's clock.</param>
/// <param name="Snapshot">The one that all checks read: transactions that they saw, as <c>pg_current_snapshot()</c> writes it.</param>
/// <param name="Checks">By id.</param>
internal sealed record AuditReport(
    AuditedServer Server, AuditedPopulation Population, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, string Snapshot, IReadOnlyList<CheckResult> Checks)
{
    public const string Pass = "pass";
    public const string PassWithLimitations = "pass_with_limitations";
    public const string Fail = "fail";

    // Read by programs and people, never put into a page.
    private static readonly JsonSerializerOptions Options =
        new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// <c>fail</c> where there is a finding, or a check of high severity was not run; <c>pass_with_limitations</c> where another
    /// was not; else <c>pass</c>.
    /// </summary>
    [JsonPropertyOrder(-1)]
    public string Verdict =>
        Checks.Any(check => check.Status == CheckResult.Found || check is { Status: CheckResult.NotRun, Severity: "high" }) ? Fail
        : Checks.Any(check => check.Status != CheckResult.Passed) ? PassWithLimitations
        : Pass;

    /// <summary>As this, with the result of one check more.</summary>
    public AuditReport With(CheckResult result) => this with
    {
        Checks = [.. Checks.Append(result).OrderBy(check => check.Id, StringComparer.Ordinal)],
        FinishedAt = TimeProvider.System.GetUtcNow(),
    };

    public string ToJson() => JsonSerializer.Serialize(this, Options);
}

/// <summary>The server and the role by which it was asked.</summary>
/// <param name="Version">As the server writes it.</param>
/// <param name="Database">The database's name.</param>
/// <param name="Login">Who asked.</param>
/// <param name="SystemIdentifier">The cluster's own number, the same on its replicas.</param>
/// <param name="IsReplica">Whether the server is a standby.</param>
internal sealed record AuditedServer(string Version, string Database, string Login, string SystemIdentifier, bool IsReplica);

/// <summary>How much was examined.</summary>
/// <param name="Orgs">Tenants that are served or could be: active and suspended.</param>
/// <param name="Tenants">Rows of the registry, in whatever state.</param>
/// <param name="Canaries">Schemas that belong to no org on purpose.</param>
/// <param name="Schemas">Schemas of tenants' form.</param>
/// <param name="Roles">Roles of tenants' form with a schema here.</param>
/// <param name="Relations">Tables, views, sequences and indexes in those schemas.</param>
internal sealed record AuditedPopulation(long Orgs, long Tenants, long Canaries, long Schemas, long Roles, long Relations);

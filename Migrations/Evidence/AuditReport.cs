using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Tenantry.Migrations.Evidence;

/// <summary>
/// What an audit found, as a whole. The names of its members are a contract, described in docs/evidence.schema.json;
/// <see cref="FormatVersion"/> rises when one changes its meaning.
/// </summary>
/// <param name="Server">Where it was run.</param>
/// <param name="Population">Of how much.</param>
/// <param name="StartedAt">By the client's clock.</param>
/// <param name="FinishedAt">By the client's clock.</param>
/// <param name="Snapshot">The one that all checks read: transactions that they saw, as <c>pg_current_snapshot()</c> writes it.</param>
/// <param name="Logins">Who can log in to the database.</param>
/// <param name="Checks">By id.</param>
public sealed record AuditReport(
    AuditedServer Server, AuditedPopulation Population, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, string Snapshot,
    IReadOnlyList<AuditedLogin> Logins, IReadOnlyList<CheckResult> Checks)
{
    /// <summary>Nothing is wrong, and nothing was left out.</summary>
    public const string Pass = "pass";

    /// <summary>Nothing is wrong in what was examined; <see cref="Limitations"/> says what was not, or was accepted.</summary>
    public const string PassWithLimitations = "pass_with_limitations";

    /// <summary>Something is wrong, or what matters most could not be examined.</summary>
    public const string Fail = "fail";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>Always <c>tenantry-evidence</c>.</summary>
    [JsonPropertyOrder(-5)]
    public string Format { get; init; } = "tenantry-evidence";

    /// <summary>Of this record: 1.</summary>
    [JsonPropertyOrder(-4)]
    public int FormatVersion { get; init; } = 1;

    /// <summary>Its own, in time's order.</summary>
    [JsonPropertyOrder(-3)]
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>
    /// <see cref="Fail"/> where there is a finding, or a check of high severity was not run; <see cref="PassWithLimitations"/> where
    /// something else was left out or accepted; else <see cref="Pass"/>.
    /// </summary>
    [JsonPropertyOrder(-2)]
    public string Verdict =>
        Checks.Any(check => check.Status == CheckResult.Found || check is { Status: CheckResult.NotRun, Severity: "high" }) || Probes is { Findings.Count: > 0 } ? Fail
        : Limitations.Count > 0 ? PassWithLimitations
        : Pass;

    /// <summary>Why it is not simply a pass, a sentence each.</summary>
    [JsonPropertyOrder(-1)]
    public IReadOnlyList<string> Limitations => [.. ListLimitations()];

    /// <summary>Whether all checks were asked for, and not only some.</summary>
    public bool Complete { get; init; } = true;

    /// <summary>The live probes; null where they were not run.</summary>
    public ProbeReport? Probes { get; init; }

    /// <summary>What the audit log comes to; null where it could not be read.</summary>
    public AuditLogState? Log { get; init; }

    /// <summary>The exceptions that were given, each with what it came to.</summary>
    public IReadOnlyList<AppliedAcceptance> Exceptions { get; init; } = [];

    /// <summary>The report before this one; null where none was named.</summary>
    public PreviousReport? Previous { get; init; }

    /// <summary>The orgs' slugs by schema; null unless they were asked for.</summary>
    public IReadOnlyDictionary<string, string>? Names { get; init; }

    internal AuditReport With(CheckResult result) => this with
    {
        Checks = [.. Checks.Append(result).OrderBy(check => check.Id, StringComparer.Ordinal)],
        FinishedAt = TimeProvider.System.GetUtcNow(),
    };

    /// <summary>Hashed, and signed where there is a key.</summary>
    public JsonObject Seal(SigningKey? key) => SealedDocument.Seal(SealedDocument.Report, JsonSerializer.SerializeToNode(this, Options)!, key);

    private IEnumerable<string> ListLimitations()
    {
        foreach (var check in Checks.Where(check => check.Status == CheckResult.NotRun)) yield return $"{check.Id} was not run: {check.Reason}.";
        if (Checks.Sum(check => check.AcceptedFindings.Count) is > 0 and var accepted) yield return $"{accepted} findings are accepted by exceptions.";
        if (!Complete) yield return "Only some of the checks were asked for.";
        else if (Probes is null) yield return "The live probes were not run.";
    }
}

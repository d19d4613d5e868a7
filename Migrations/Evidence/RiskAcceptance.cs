using System.Text.Json;

namespace Tenantry.Migrations.Evidence;

/// <summary>A finding that somebody answers for, until a day. In a file they are an array of these members.</summary>
/// <param name="Check">The check's id.</param>
/// <param name="Subject">The finding's subject.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Reason">Why it is so.</param>
/// <param name="Expires">The last day on which it holds, in UTC.</param>
public sealed record RiskAcceptance(string Check, string Subject, string Owner, string Reason, DateOnly Expires)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Only a finding with this detail; null, the default, for all of the subject's.</summary>
    public string? Detail { get; init; }

    /// <summary>Reads a file's text.</summary>
    /// <exception cref="FormatException">It is no list of exceptions, or one names no check of ours.</exception>
    public static IReadOnlyList<RiskAcceptance> ReadAll(string json)
    {
        try
        {
            var exceptions = JsonSerializer.Deserialize<RiskAcceptance[]>(json, Options) ?? [];
            return exceptions.FirstOrDefault(one => one.Check != DriftReference.Id && CheckFile.All.All(check => check.Id != one.Check)) is { } unknown
                ? throw new FormatException($"There is no check {unknown.Check}.")
                : exceptions;
        }
        catch (JsonException error)
        {
            throw new FormatException($"It is no list of exceptions: {error.Message}", error);
        }
    }

    internal bool Matches(CheckResult check, AuditFinding finding) => Check == check.Id && Subject == finding.Subject && (Detail is null || Detail == finding.Detail);
}

using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tenantry.Service.Errors;

namespace Tenantry.Tests.Fuzz;

/// <summary>What is wrong with an answer, whatever was asked.</summary>
internal static partial class FuzzVerdict
{
    /// <summary>Stands in all that is the victim's, and in no request.</summary>
    public const string Marker = "qzsecretzq";

    private static readonly Dictionary<string, int> Known = typeof(ErrorCode).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => field.GetValue(null)).OfType<ErrorCode>().ToDictionary(error => error.Code, error => error.Status);

    /// <summary>Null when nothing is.</summary>
    public static string? FindFault(FuzzedRequest request, FuzzAnswer answer)
    {
        if (answer.Text.Contains(Marker, StringComparison.OrdinalIgnoreCase) || answer.Headers.Contains(Marker, StringComparison.OrdinalIgnoreCase)) return "it tells what is the victim's";
        if (Inside().Match(answer.Text) is { Success: true } told) return $"it tells what is inside: {told.Value}";
        if (answer.Status >= 500) return "the service failed";
        if (answer.Status < 400) return request.IntoVictim ? "it succeeds in the victim's org" : null;
        return request.Method == HttpMethod.Head || answer.RefusedByServer ? null : FindFault(answer);
    }

    private static string? FindFault(FuzzAnswer answer)
    {
        if (answer.ContentType != "application/problem+json") return $"an error of type '{answer.ContentType}'";
        var problem = JsonNode.Parse(answer.Text) as JsonObject;
        if (problem?["code"] is not { } code || !Known.TryGetValue((string)code!, out var status)) return "an error without a code of ours";
        if (status != answer.Status || (int?)problem["status"] != status) return $"the code is of {status}";
        if (answer.Status == 429 && !answer.Headers.Contains("Retry-After", StringComparison.OrdinalIgnoreCase)) return "429 without Retry-After";
        return problem["traceId"] is null || problem["title"] is null ? "an error without its parts" : null;
    }

    // A schema, a stack, a message of the database.
    [GeneratedRegex(@"t_[0-9a-z]{26}|Npgsql|Exception|   at \w+\.|violates|syntax error|relation \\?""|column \\?""|SQLSTATE", RegexOptions.CultureInvariant)]
    private static partial Regex Inside();
}

using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tenantry.Service.Errors;

/// <summary>Says, field by field where it can, why a request could not be read.</summary>
internal static partial class BadRequest
{
    public static IResult Describe(BadHttpRequestException exception)
    {
        if (exception.StatusCode == StatusCodes.Status413PayloadTooLarge) return Problem.Of(ErrorCode.RequestTooLarge);
        if (exception.StatusCode == StatusCodes.Status415UnsupportedMediaType) return Problem.Of(ErrorCode.UnsupportedMediaType);
        if (exception.InnerException is JsonException json) return Problem.Invalid(FieldOf(json), "This is not JSON of the expected form.");
        // The framework tells the parameter's name only in its message: Failed to bind parameter "int limit" from "x".
        return BoundParameter().Match(exception.Message) is { Success: true } bound
            ? Problem.Invalid(JsonNamingPolicy.CamelCase.ConvertName(bound.Groups[1].Value), "The value does not have the expected form.")
            : Problem.Of(ErrorCode.RequestInvalid);
    }

    // Path is "$.dueOn", or "$" for the whole body.
    private static string FieldOf(JsonException exception) => exception.Path is { Length: > 2 } path ? path[2..] : "body";

    [GeneratedRegex(@"parameter ""[^""]* (\w+)""", RegexOptions.CultureInvariant)]
    private static partial Regex BoundParameter();
}

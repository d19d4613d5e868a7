using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Tenantry.Service.Errors;

/// <summary>Makes the RFC 9457 answer of an error. <c>traceId</c> is added where answers are written.</summary>
internal static class Problem
{
    public static ProblemHttpResult Of(ErrorCode error) => TypedResults.Problem(Details(error));

    /// <summary>400 with what is wrong with one field.</summary>
    public static ProblemHttpResult Invalid(string field, string fault) =>
        With(ErrorCode.RequestInvalid, "errors", new Dictionary<string, string[]> { [field] = [fault] });

    /// <summary>With what else the caller is to know.</summary>
    public static ProblemHttpResult With(ErrorCode error, string name, object value)
    {
        var details = Details(error);
        details.Extensions[name] = value;
        return TypedResults.Problem(details);
    }

    public static ProblemDetails Details(ErrorCode error) => new()
    {
        Status = error.Status,
        Title = error.Title,
        Type = TypeOf(error),
        Extensions = { ["code"] = error.Code },
    };

    public static string TypeOf(ErrorCode error) => $"urn:tenantry:error:{error.Code}";
}

namespace Tenantry.Service.Http;

/// <summary>Reads an endpoint's answer before it is written.</summary>
internal static class ResultReading
{
    public static bool IsSuccess(object? result) => StatusOf(result) is >= 200 and < 300;

    public static int StatusOf(object? result) => (Unwrap(result) as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;

    public static object? ValueOf(object? result) => (Unwrap(result) as IValueHttpResult)?.Value;

    public static string? LocationOf(object? result) => Unwrap(result) is { } answer
        ? answer.GetType().GetProperty("Location")?.GetValue(answer) as string
        : null;

    private static object? Unwrap(object? result) => result is INestedHttpResult nested ? Unwrap(nested.Result) : result;
}

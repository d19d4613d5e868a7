using System.Diagnostics;
using System.Text.Json;

namespace Tenantry.Service.Errors;

internal static class ErrorAnswers
{
    private const int RetryAfterSeconds = 2;

    public static IServiceCollection AddErrorAnswers(this IServiceCollection services)
    {
        services.AddExceptionHandler<ApiExceptionHandler>();
        // Bad input is an exception in every environment, so that one place answers it.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        // Before the framework's, which asks writers in turn.
        return services.AddSingleton<IProblemDetailsWriter, ProblemWriter>().AddProblemDetails();
    }

    public static IApplicationBuilder UseErrorAnswers(this IApplicationBuilder app) => app
        .UseExceptionHandler(new ExceptionHandlerOptions { SuppressDiagnosticsCallback = _ => true })
        .UseStatusCodePages(context => (RefusalOf(context.HttpContext) ?? FromStatus(context.HttpContext.Response.StatusCode)) is { } error
            ? Problem.Of(error).ExecuteAsync(context.HttpContext)
            : Task.CompletedTask);

    public static void Complete(ProblemDetailsContext context)
    {
        var details = context.ProblemDetails;
        // The framework's own answers, such as a failed validation, are given our codes.
        if (!details.Extensions.ContainsKey("code") && FromStatus(details.Status ?? context.HttpContext.Response.StatusCode) is { } error)
            (details.Type, details.Title, details.Extensions["code"]) = (Problem.TypeOf(error), error.Title, error.Code);
        if (details is HttpValidationProblemDetails invalid)
            invalid.Errors = invalid.Errors.ToDictionary(error => JsonNamingPolicy.CamelCase.ConvertName(error.Key), error => error.Value);
        details.Extensions["traceId"] = Activity.Current?.Id ?? context.HttpContext.TraceIdentifier;
        if (details.Status == StatusCodes.Status503ServiceUnavailable) context.HttpContext.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
    }

    private static ErrorCode? RefusalOf(HttpContext http) =>
        http.Response.StatusCode == StatusCodes.Status401Unauthorized ? http.Features.Get<AuthenticationRefusal>()?.Error : null;

    private static ErrorCode? FromStatus(int status) => status switch
    {
        400 => ErrorCode.RequestInvalid,
        401 => ErrorCode.AuthRequired,
        404 => ErrorCode.ResourceNotFound,
        405 => ErrorCode.MethodNotAllowed,
        413 => ErrorCode.RequestTooLarge,
        415 => ErrorCode.UnsupportedMediaType,
        429 => ErrorCode.RateLimited,
        500 => ErrorCode.ServerError,
        503 => ErrorCode.DatabaseUnavailable,
        _ => null,
    };
}

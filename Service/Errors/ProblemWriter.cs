namespace Tenantry.Service.Errors;

/// <summary>Writes every problem, also for callers whose Accept header names no JSON: the framework's writer would leave its parts out.</summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        context.ProblemDetails.Status ??= context.HttpContext.Response.StatusCode;
        ErrorAnswers.Complete(context);
        return new(context.HttpContext.Response.WriteAsJsonAsync(
            context.ProblemDetails, context.ProblemDetails.GetType(), options: null, "application/problem+json", context.HttpContext.RequestAborted));
    }
}

using System.Net.Mime;

namespace Tenantry.Service.Idempotency;

/// <summary>The answer that was kept, written again.</summary>
internal sealed class ReplayedAnswer(StoredAnswer stored) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => stored.Status;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = stored.Status;
        response.Headers["Idempotency-Replayed"] = "true";
        if (stored.Location is not null) response.Headers.Location = stored.Location;
        if (stored.ETag is not null) response.Headers.ETag = stored.ETag;
        if (stored.Body is null) return Task.CompletedTask;
        response.ContentType = MediaTypeNames.Application.Json + "; charset=utf-8";
        return response.WriteAsync(stored.Body, httpContext.RequestAborted);
    }
}

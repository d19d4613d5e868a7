using Tenantry.Service.Control;
using Tenantry.Service.Errors;
using Tenantry.Service.Http;

namespace Tenantry.Service.Invitations;

/// <summary>Refuses to send when the limit is reached. A repetition by <c>Idempotency-Key</c> sends nothing and does not come here.</summary>
internal sealed class SendLimitFilter(SendLimit limit, ControlRequest request) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        using var lease = limit.Acquire(request.Org.Id, request.Caller.UserId);
        if (lease.IsAcquired) return await next(context);
        RetryAfter.Tell(context.HttpContext.Response, lease);
        return Problem.Of(ErrorCode.RateLimited);
    }
}

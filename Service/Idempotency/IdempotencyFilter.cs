using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Tenantry.Service.Control;
using Tenantry.Service.Hosting;
using Tenantry.Service.Http;
using Tenantry.Tenancy;

namespace Tenantry.Service.Idempotency;

/// <summary>
/// Lets a POST with an <c>Idempotency-Key</c> be repeated: the key is claimed and the answer kept in the transaction of the
/// change itself, so that there is never one without the other. A request that failed leaves no key.
/// </summary>
internal abstract class IdempotencyFilter(IOptions<JsonOptions> json) : IEndpointFilter
{
    protected abstract IdempotencyQueries Keys { get; }

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsPost(http.Request.Method)) return await next(context);
        var (request, fault) = await IdempotentRequest.ReadAsync(http.Request);
        if (fault is not null) return fault;
        if (request is null) return await next(context);

        var userId = Caller.From(http.User).UserId;
        if (!await Keys.ClaimAsync(userId, request.Key, request.Hash, http.RequestAborted))
            return (await request.FindAnswerAsync(Keys, userId, http.RequestAborted))!;

        var result = await next(context);
        if (ResultReading.IsSuccess(result)) await Keys.StoreAsync(userId, request.Key, StoredAnswer.Of(result, json.Value), http.RequestAborted);
        return result;
    }
}

/// <summary>With the keys of the tenant that the request is in.</summary>
internal sealed class TenantIdempotencyFilter(TenantConnection tenant, IOptions<JsonOptions> json) : IdempotencyFilter(json)
{
    protected override IdempotencyQueries Keys => new(tenant, IdempotencyQueries.TenantTable);
}

/// <summary>With the keys of the control plane.</summary>
internal sealed class ControlIdempotencyFilter(ControlRequest control, IOptions<JsonOptions> json) : IdempotencyFilter(json)
{
    protected override IdempotencyQueries Keys => new(control.Connection, IdempotencyQueries.SharedTable);
}

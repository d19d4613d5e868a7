using Tenantry.Service.Http;
using Tenantry.Tenancy;

namespace Tenantry.Service.Tenants;

/// <summary>
/// Runs a writing endpoint in one transaction and commits it before the response is written, so that success is never
/// reported for what was not kept. An answer that is not a success rolls back.
/// </summary>
internal sealed class TenantTransactionFilter(TenantConnection connection) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)) return await next(context);

        await connection.OpenAsync(http.RequestAborted);
        await using var transaction = await connection.BeginTransactionAsync(http.RequestAborted);
        var result = await next(context);
        // A caller who goes away now must not leave us guessing whether the commit arrived.
        if (ResultReading.IsSuccess(result)) await transaction.CommitAsync(CancellationToken.None);
        return result;
    }
}

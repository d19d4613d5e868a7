using Npgsql;
using Tenantry.Service.Http;
using Tenantry.Service.Live;
using Tenantry.Tenancy;

namespace Tenantry.Service.Tenants;

/// <summary>
/// Runs a writing endpoint in one transaction and commits it before the response is written, so that success is never
/// reported for what was not kept. An answer that is not a success rolls back.
/// </summary>
internal sealed class TenantTransactionFilter(TenantConnection connection, CurrentTenant tenant, OrgAnnouncer announcer) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)) return await next(context);

        await connection.OpenAsync(http.RequestAborted);
        try
        {
            return await RunAsync(context, next);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.FeatureNotSupported)
        {
            // A prepared plan whose table was altered meanwhile. The transaction is undone as a whole, and so can be run again.
            return await RunAsync(context, next);
        }
    }

    private async Task<object?> RunAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        await using var transaction = await connection.BeginTransactionAsync(context.HttpContext.RequestAborted);
        var result = await next(context);
        // A caller who goes away now must not leave us guessing whether the commit arrived.
        if (!ResultReading.IsSuccess(result)) return result;
        await transaction.CommitAsync(CancellationToken.None);
        announcer.Tell(tenant.Scope);
        return result;
    }
}

using System.Data;
using Tenantry.Service.Http;
using Tenantry.Service.Live;
using Tenantry.Service.Telemetry;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Resilience;

namespace Tenantry.Service.Tenants;

/// <summary>
/// Runs a writing endpoint in one transaction and commits it before the response is written, so that success is never
/// reported for what was not kept. An answer that is not a success rolls back.
/// </summary>
internal sealed class TenantTransactionFilter(TenantConnection connection, CurrentTenant tenant, OrgAnnouncer announcer, OrgLogScope log) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        try
        {
            return HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)
                ? await next(context)
                : await WholeTransaction.RunAsync(token => RunAsync(context, next, token), http.RequestAborted);
        }
        finally
        {
            if (connection.Entered is { } schema) log.Enter(http, schema);
        }
    }

    private async ValueTask<object?> RunAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, CancellationToken cancellationToken)
    {
        if (connection.State != ConnectionState.Open)
        {
            // It may be broken by the attempt before.
            await connection.CloseAsync();
            await connection.OpenAsync(cancellationToken);
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var result = await next(context);
        if (!ResultReading.IsSuccess(result)) return result;
        await WholeTransaction.CommitAsync(transaction);
        announcer.Tell(tenant.Scope);
        return result;
    }
}

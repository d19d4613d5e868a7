using Tenantry.Service.Http;
using Tenantry.Service.Idempotency;
using Tenantry.Service.Live;
using Tenantry.Service.Telemetry;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Resilience;

namespace Tenantry.Service.Tenants;

/// <summary>
/// Runs a writing endpoint in one transaction and commits it before the response is written, so that success is never
/// reported for what was not kept. An answer that is not a success rolls back; where an endpoint writes by one command, the commit
/// travels with that, and such a command has to change nothing where the answer is to be no success.
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
                : await WriteAsync(context, next);
        }
        finally
        {
            if (connection.Entered is { } schema) log.Enter(http, schema);
        }
    }

    private async ValueTask<object?> WriteAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var result = IsOneCommand(http)
            ? await WholeTransaction.RunCommandAsync(connection, _ => next(context), http.RequestAborted)
            : await WholeTransaction.RunAsync(token => RunAsync(context, next, token), http.RequestAborted);
        if (ResultReading.IsSuccess(result)) announcer.Tell(tenant.Scope);
        return result;
    }

    private async ValueTask<object?> RunAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, CancellationToken cancellationToken)
    {
        await connection.ReopenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var result = await next(context);
        if (ResultReading.IsSuccess(result)) await WholeTransaction.CommitAsync(transaction);
        return result;
    }

    // A key is claimed before the command, and the answer kept after it.
    private static bool IsOneCommand(HttpContext http) =>
        http.GetEndpoint()!.Metadata.GetMetadata<OneCommand>() is not null && !http.Request.Headers.ContainsKey(IdempotentRequest.Header);
}

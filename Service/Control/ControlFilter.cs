using System.Data.Common;
using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Service.Http;
using Tenantry.Service.Telemetry;
using Tenantry.Service.Tenants;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Resilience;

namespace Tenantry.Service.Control;

/// <summary>
/// Opens a request's connection on the control plane and proves, from live rows, its session and what the caller is in the org.
/// A writing endpoint runs in one transaction, committed before the response is written; an answer that is no success rolls back.
/// </summary>
internal sealed class ControlFilter(ControlDatabase database, ControlRequest request, CurrentTenant tenant, OrgLogScope log) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        using var span = TenancyTelemetry.Source.StartActivity("tenantry.control");
        return await WholeTransaction.RunAsync(token => RunAsync(context, next, token), context.HttpContext.RequestAborted);
    }

    private async ValueTask<object?> RunAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, CancellationToken cancellationToken)
    {
        var http = context.HttpContext;
        var guard = http.GetEndpoint()!.Metadata.GetMetadata<OrgEndpoint>();
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = HttpMethods.IsGet(http.Request.Method) ? null : await connection.BeginTransactionAsync(cancellationToken);
        if (await EnterAsync(connection, transaction, Caller.From(http.User), guard, cancellationToken) is { } refusal) return Problem.Of(refusal);

        if (request.FoundOrg is { } org) log.Enter(http, SchemaName.For(org.Id));

        var result = await next(context);
        if (transaction is not null && ResultReading.IsSuccess(result)) await WholeTransaction.CommitAsync(transaction);
        return result;
    }

    private async Task<ErrorCode?> EnterAsync(DbConnection connection, DbTransaction? transaction, Caller caller, OrgEndpoint? guard, CancellationToken cancellationToken)
    {
        var scope = guard is null ? null : tenant.Found;
        if (scope is not null && transaction is not null) await EntryQueries.LockAsync(connection, scope, cancellationToken);
        if (await EntryQueries.FindAsync(connection, caller.SessionId, scope, cancellationToken) is not { } entry) return ErrorCode.AuthRequired;
        var refusal = scope is null ? null : entry.Refuse(scope.Require);
        // Where the org was only looked for, a caller who may not enter it is in none.
        if (refusal is not null && (guard!.Require is not null || refusal == ErrorCode.OrgAmbiguous)) return refusal;

        request.Begin(connection, transaction, caller, scope is null || refusal is not null ? null : entry.Org);
        return null;
    }
}

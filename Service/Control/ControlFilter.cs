using System.Data.Common;
using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Service.Http;
using Tenantry.Service.Tenants;
using Tenantry.Tenancy;

namespace Tenantry.Service.Control;

/// <summary>
/// Opens a request's connection on the control plane and proves, from live rows, its session and what the caller is in the org.
/// A writing endpoint runs in one transaction, committed before the response is written; an answer that is no success rolls back.
/// </summary>
internal sealed class ControlFilter(ControlDatabase database, ControlRequest request, CurrentTenant tenant) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var require = http.GetEndpoint()!.Metadata.GetMetadata<OrgEndpoint>()?.Require;
        await using var connection = await database.OpenAsync(http.RequestAborted);
        await using var transaction = HttpMethods.IsGet(http.Request.Method) ? null : await connection.BeginTransactionAsync(http.RequestAborted);
        if (await EnterAsync(connection, transaction, Caller.From(http.User), require, http.RequestAborted) is { } refusal) return Problem.Of(refusal);

        var result = await next(context);
        // A caller who goes away now must not leave us guessing whether the commit arrived.
        if (transaction is not null && ResultReading.IsSuccess(result)) await transaction.CommitAsync(CancellationToken.None);
        return result;
    }

    private async Task<ErrorCode?> EnterAsync(DbConnection connection, DbTransaction? transaction, Caller caller, OrgRole? require, CancellationToken cancellationToken)
    {
        Slug? slug = require is null ? null : tenant.Scope.Org;
        if (slug is { } changed && transaction is not null) await EntryQueries.LockAsync(connection, caller.SessionId, changed, cancellationToken);
        if (await EntryQueries.FindAsync(connection, caller.SessionId, slug, cancellationToken) is not { } entry) return ErrorCode.AuthRequired;
        if (require is { } role && Refuse(entry, role) is { } refusal) return refusal;

        request.Begin(connection, transaction, caller, require is null ? null : new ControlOrg(entry.OrgId!.Value, entry.Slug!, entry.Name!, entry.Revision!.Value, RoleOf(entry)));
        return null;
    }

    private static ErrorCode? Refuse(EntryRow entry, OrgRole require) => entry switch
    {
        { OrgId: null } or { State: "deleting" } => ErrorCode.OrgNotFound,
        { State: "suspended" } => ErrorCode.OrgSuspended,
        { State: not "active" } => ErrorCode.OrgUnavailable,
        _ => RoleOf(entry) < require ? ErrorCode.AdminRequired : null,
    };

    private static OrgRole RoleOf(EntryRow entry) => entry.Role == "admin" ? OrgRole.Admin : OrgRole.Member;
}

using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Tenancy;

namespace Tenantry.Service.Tenants;

/// <summary>Finds the org of each request to a tenant endpoint. Whether the caller may enter it, the database says.</summary>
internal sealed class TenantMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context, CurrentTenant tenant)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<OrgEndpoint>() is not { } endpoint) return next(context);

        var names = OrgSelector.ListNames(context.Request).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (names.Count == 0) return Problem.Of(ErrorCode.OrgRequired).ExecuteAsync(context);
        if (names.Count > 1) return Problem.Of(ErrorCode.OrgAmbiguous).ExecuteAsync(context);
        // What cannot be a slug names no org: the answer is that of an unknown one.
        if (!Slug.TryParse(names[0], out var org)) return Problem.Of(ErrorCode.OrgNotFound).ExecuteAsync(context);

        tenant.Scope = new TenantScope(Caller.From(context.User).SessionId, org, endpoint.Require);
        return next(context);
    }
}

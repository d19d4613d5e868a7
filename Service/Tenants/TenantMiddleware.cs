using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Service.Tenants.Selectors;
using Tenantry.Tenancy;

namespace Tenantry.Service.Tenants;

/// <summary>Finds the org of each request to an endpoint that is in one. Whether the caller may enter it, the database says.</summary>
internal sealed class TenantMiddleware(RequestDelegate next, OrgResolution resolution)
{
    public async Task InvokeAsync(HttpContext context, CurrentTenant tenant, OrgCheck check)
    {
        if (context.GetEndpoint()?.Metadata is not { } metadata || metadata.GetMetadata<OrgEndpoint>() is not { } endpoint)
        {
            await next(context);
            return;
        }

        if (await FindFaultAsync(context, tenant, check, metadata, endpoint) is { } fault) await Problem.Of(fault).ExecuteAsync(context);
        else await next(context);
    }

    private async Task<ErrorCode?> FindFaultAsync(HttpContext context, CurrentTenant tenant, OrgCheck check, EndpointMetadataCollection metadata, OrgEndpoint endpoint)
    {
        var optional = endpoint.Require is null;
        if (optional && Caller.Find(context.User) is null) return null;
        var (scope, fault) = await resolution.ResolveAsync(context, endpoint.Require ?? OrgRole.Member);
        if (scope is null) return optional && fault == ErrorCode.OrgRequired ? null : fault;

        if (metadata.GetMetadata<ProvenByCommand>() is null && (await check.EnterAsync(scope, context.RequestAborted)).Refusal is { } refusal)
            return optional && refusal != ErrorCode.OrgAmbiguous ? null : refusal;
        tenant.Enter(context, scope);
        return null;
    }
}

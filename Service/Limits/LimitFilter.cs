using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Service.Http;
using Tenantry.Service.Tenants;
using Tenantry.Tenancy;

namespace Tenantry.Service.Limits;

/// <summary>
/// Lets a request to a tenant's data begin when its org, or as long as that is not proven its caller, has a place. The body has
/// been read by then and the answer is written afterwards: a slow client holds no place.
/// </summary>
internal sealed class LimitFilter(OrgLimits limits, ProvenOrgs proven, CurrentTenant tenant, TenantConnection connection) : IEndpointFilter
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        using var place = await limits.AcquireAsync(proven.Find(tenant.Scope), Caller.From(http.User).UserId, http.RequestAborted);
        if (!place.IsAcquired)
        {
            RetryAfter.Tell(http.Response, place, otherwise: Soon);
            return Problem.Of(ErrorCode.RateLimited);
        }

        try
        {
            return await next(context);
        }
        catch (TenantRefusedException)
        {
            proven.Forget(tenant.Scope);
            throw;
        }
        finally
        {
            if (connection.Entry is { } entry) proven.Remember(tenant.Scope, entry);
        }
    }
}

using Tenantry.Tenancy;

namespace Tenantry.Service.Tenants;

/// <summary>The tenant of the request in hand. There is no default: asked before it is known, it throws.</summary>
internal sealed class CurrentTenant
{
    private static readonly object Item = new();

    private TenantScope? scope;

    /// <summary>Null where the endpoint is in no org, or where one was only looked for.</summary>
    public TenantScope? Found => scope;

    /// <summary>The scope of a connection that outlives its requests, whose services it does not.</summary>
    public static TenantScope Of(HttpContext http) => http.Items[Item] as TenantScope ?? throw new InvalidOperationException("The connection has no tenant: map the hub with RequireMember or RequireAdmin.");

    /// <summary>Puts a request in a tenant, once.</summary>
    public void Enter(HttpContext http, TenantScope entered) => http.Items[Item] = Scope = entered;

    public TenantScope Scope
    {
        get => scope ?? throw new InvalidOperationException("The request has no tenant: map the endpoint in a tenant group.");
        private set => scope = scope is null ? value : throw new InvalidOperationException("The request has a tenant already.");
    }
}

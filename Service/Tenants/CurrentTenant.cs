using Tenantry.Tenancy;

namespace Tenantry.Service.Tenants;

/// <summary>The tenant of the request in hand. There is no default: asked before it is known, it throws.</summary>
internal sealed class CurrentTenant
{
    private TenantScope? scope;

    /// <summary>Null where the endpoint is in no org, or where one was only looked for.</summary>
    public TenantScope? Found => scope;

    public TenantScope Scope
    {
        get => scope ?? throw new InvalidOperationException("The request has no tenant: map the endpoint in a tenant group.");
        set => scope = scope is null ? value : throw new InvalidOperationException("The request has a tenant already.");
    }
}

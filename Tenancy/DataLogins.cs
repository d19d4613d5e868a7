namespace Tenantry.Tenancy;

/// <summary>Who a tenant's commands are, before they take the tenant's role.</summary>
public enum DataLogins
{
    /// <summary>
    /// One login that is a member of every tenant's role and reads nothing by itself: one pool, one round trip. What could make it
    /// change roles is taken from PUBLIC, which only a superuser can do.
    /// </summary>
    Shared,

    /// <summary>
    /// A login for each tenant, a member of that tenant's role only: whatever is injected, there is no other role to take. For
    /// servers whose built-in functions cannot be closed, at the price of connections that tenants do not share.
    /// </summary>
    PerTenant,
}

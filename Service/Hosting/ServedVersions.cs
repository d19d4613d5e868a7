using Tenantry.Migrations.Scripting;

namespace Tenantry.Service.Hosting;

/// <summary>The versions of a tenant's schema that this service's queries fit; an org at another is answered 503.</summary>
internal static class ServedVersions
{
    public static int Oldest => ScriptSet.Tenant.Newest;

    public static int Newest => ScriptSet.Tenant.Newest;
}

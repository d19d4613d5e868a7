using Tenantry.Service.Errors;
using Tenantry.Tenancy;

namespace Tenantry.Service.Orgs;

/// <summary>Whether a caller may have what was found of an org: the control plane's counterpart of a tenant's prologue.</summary>
internal static class OrgGuard
{
    public static ErrorCode? Refuse(Org? org, OrgRole require) => org switch
    {
        null => ErrorCode.OrgNotFound,
        { State: "suspended" } => ErrorCode.OrgSuspended,
        { State: not "active" } => ErrorCode.OrgUnavailable,
        { Role: not "admin" } when require is OrgRole.Admin => ErrorCode.AdminRequired,
        _ => null,
    };
}

using Tenantry.Service.Errors;
using Tenantry.Tenancy;

namespace Tenantry.Service.Control;

/// <summary>A live session, and the org if the caller is a member of it.</summary>
internal sealed record EntryRow(Guid? OrgId, string? Slug, string? Name, int? Revision, string? Role, string? State, bool Ambiguous)
{
    /// <summary>The org, for a caller who is not refused.</summary>
    public ControlOrg Org => new(OrgId!.Value, Slug!, Name!, Revision!.Value, OrgRole);

    private OrgRole OrgRole => Role == "admin" ? OrgRole.Admin : OrgRole.Member;

    /// <summary>Why the caller may not enter; null when nothing speaks against it.</summary>
    public ErrorCode? Refuse(OrgRole require) => this switch
    {
        { Ambiguous: true } => ErrorCode.OrgAmbiguous,
        { OrgId: null } or { State: "deleting" } => ErrorCode.OrgNotFound,
        { State: "suspended" } => ErrorCode.OrgSuspended,
        { State: not "active" } => ErrorCode.OrgUnavailable,
        _ => OrgRole < require ? ErrorCode.AdminRequired : null,
    };
}

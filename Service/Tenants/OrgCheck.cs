using Tenantry.Service.Control;
using Tenantry.Service.Errors;
using Tenantry.Tenancy;

namespace Tenantry.Service.Tenants;

/// <summary>
/// Proves a scope from live rows, where no command of the endpoint does: for guarded endpoints that touch no tenant's data, and
/// for what lives longer than a request, which goes on by the id that is found here.
/// </summary>
internal sealed class OrgCheck(ControlDatabase database)
{
    /// <summary>The org, or why the caller may not enter it.</summary>
    public async Task<(ControlOrg? Org, ErrorCode? Refusal)> EnterAsync(TenantScope scope, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        if (await EntryQueries.FindAsync(control, scope.SessionId, scope, cancellationToken) is not { } entry) return (null, ErrorCode.AuthRequired);
        return entry.Refuse(scope.Require) is { } refusal ? (null, refusal) : (entry.Org, null);
    }
}

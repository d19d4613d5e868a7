using Tenantry.Service.Errors;
using Tenantry.Service.Hosting;
using Tenantry.Tenancy;

namespace Tenantry.Service.Tenants.Selectors;

/// <summary>
/// Asks every selector and demands one answer. Two that differ are never "first wins". A slug beside an id are left to the
/// database, which alone knows whether they are the same org's.
/// </summary>
internal sealed class OrgResolution(IEnumerable<IOrgSelector> selectors)
{
    /// <summary>The scope that the caller claims, or why the request names no org.</summary>
    public async Task<(TenantScope? Scope, ErrorCode? Error)> ResolveAsync(HttpContext http, OrgRole require)
    {
        var answers = new List<OrgAnswer>();
        foreach (var selector in selectors) answers.AddRange(await selector.ListAsync(http));
        var slugs = answers.Select(answer => answer.Slug).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var ids = answers.Select(answer => answer.Id).OfType<Guid>().Distinct().ToList();
        if (slugs.Count + ids.Count == 0) return (null, ErrorCode.OrgRequired);
        if (slugs.Count > 1 || ids.Count > 1) return (null, ErrorCode.OrgAmbiguous);

        Slug slug = default;
        // What cannot be a slug names no org: the answer is that of an unknown one, and it is not the one that an id names.
        if (slugs.Count == 1 && !Slug.TryParse(slugs[0], out slug)) return (null, ids.Count == 0 ? ErrorCode.OrgNotFound : ErrorCode.OrgAmbiguous);
        return (new TenantScope(Caller.From(http.User).SessionId, slug, require) { OrgId = ids.Count == 1 ? ids[0] : null }, null);
    }
}

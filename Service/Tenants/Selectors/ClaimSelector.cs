namespace Tenantry.Service.Tenants.Selectors;

/// <summary>The claim <c>org</c> of the caller's token, where its issuer puts one there. It says which org, not that the caller may.</summary>
internal sealed class ClaimSelector : IOrgSelector
{
    public const string Claim = "org";

    public ValueTask<IEnumerable<OrgAnswer>> ListAsync(HttpContext http) => new(OrgAnswer.Of(http.User.FindAll(Claim).Select(claim => claim.Value)));
}

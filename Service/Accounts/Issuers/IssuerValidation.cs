using Microsoft.Extensions.Options;

namespace Tenantry.Service.Accounts.Issuers;

/// <summary>Refuses, at start and all at once, what is wrong with the configured issuers.</summary>
internal sealed class IssuerValidation(IHostEnvironment environment) : IValidateOptions<AccountOptions>
{
    public ValidateOptionsResult Validate(string? name, AccountOptions options)
    {
        var faults = options.Issuers.SelectMany(FindFaults).ToList();
        if (options.Issuers.DistinctBy(issuer => issuer.Issuer).Count() < options.Issuers.Count) faults.Add($"{AccountOptions.Section}:Issuers: two have the same Issuer.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private IEnumerable<string> FindFaults(IssuerOptions issuer, int index)
    {
        var key = $"{AccountOptions.Section}:Issuers:{index}";
        if (issuer.Issuer.Length == 0) yield return $"{key}:Issuer is missing: the iss of the issuer's tokens.";
        if (issuer.Audience.Length == 0) yield return $"{key}:Audience is missing: without one, tokens for other services would be taken.";
        Uri[] addresses = [.. new[] { issuer.Authority, issuer.MetadataAddress, issuer.JwksAddress }.OfType<Uri>()];
        if (addresses.Length != 1) yield return $"{key}: set one of Authority, MetadataAddress and JwksAddress.";
        foreach (var address in addresses)
        {
            // Whoever could answer in the issuer's place could be anybody.
            if (!address.IsAbsoluteUri || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && environment.IsDevelopment())))
                yield return $"{key}: '{address}' must be an https address; http is for Development only.";
        }
    }
}

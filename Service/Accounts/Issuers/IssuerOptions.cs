namespace Tenantry.Service.Accounts.Issuers;

/// <summary>Section <c>Accounts:Issuers:n</c>: an OIDC issuer whose tokens are taken as bearer tokens. Its keys are found at one of three addresses.</summary>
internal sealed class IssuerOptions
{
    /// <summary>The <c>iss</c> of its tokens, letter by letter.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>What must be in the <c>aud</c> of its tokens.</summary>
    public string Audience { get; set; } = "";

    /// <summary>Where <c>/.well-known/openid-configuration</c> is below.</summary>
    public Uri? Authority { get; set; }

    /// <summary>The discovery document, where it is elsewhere.</summary>
    public Uri? MetadataAddress { get; set; }

    /// <summary>The key set, where there is no discovery document.</summary>
    public Uri? JwksAddress { get; set; }

    /// <summary>The claim with the address that a new account takes. Default <c>email</c>.</summary>
    public string EmailClaim { get; set; } = "email";

    /// <summary>The claim that must be true for that. Default <c>email_verified</c>.</summary>
    public string EmailVerifiedClaim { get; set; } = "email_verified";

    /// <summary>The claim with a new account's name. Default <c>name</c>.</summary>
    public string NameClaim { get; set; } = "name";
}

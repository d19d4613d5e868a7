using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Microsoft.Net.Http.Headers;

namespace Tenantry.Service.Accounts.Issuers;

/// <summary>Says which issuer's scheme a bearer token is for. It reads what the token claims and believes nothing of it.</summary>
internal sealed class IssuerSchemes(IOptions<AccountOptions> options)
{
    private const string Prefix = "Bearer ";
    private const int LongestToken = 16 * 1024;

    public static string NameOf(int index) => $"Issuer{index}";

    /// <summary>Null when the request's token is none of a configured issuer: our own, or nobody's.</summary>
    public string? Find(HttpRequest request)
    {
        if (options.Value.Issuers.Count == 0) return null;
        var header = request.Headers[HeaderNames.Authorization].ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || FindIssuer(header[Prefix.Length..].Trim()) is not { } issuer) return null;
        var index = options.Value.Issuers.FindIndex(configured => configured.Issuer == issuer);
        return index < 0 ? null : NameOf(index);
    }

    private static string? FindIssuer(string token)
    {
        // Ours have no dots.
        if (token.Length > LongestToken || token.Count(letter => letter == '.') != 2) return null;
        try
        {
            return new JsonWebToken(token).Issuer;
        }
        catch (Exception error) when (error is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }
}

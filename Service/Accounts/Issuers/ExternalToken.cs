using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Tenantry.Service.Accounts.Issuers;

/// <summary>A token of an outside issuer, whose signature, audience and time have been checked.</summary>
internal sealed class ExternalToken(JsonWebToken token, IssuerOptions issuer)
{
    private const int LongestName = 100;

    public string Issuer => issuer.Issuer;

    public string Subject => token.Subject;

    public DateTimeOffset ExpiresAt => new(token.ValidTo, TimeSpan.Zero);

    /// <summary>Long ago, if the token does not say.</summary>
    public DateTimeOffset IssuedAt => new(token.IssuedAt, TimeSpan.Zero);

    public string Hash { get; } = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token.EncodedToken)));

    /// <summary>The address, if the issuer vouches for it and it is one.</summary>
    public string? VerifiedEmail => Find(issuer.EmailVerifiedClaim) is { } verified && verified.Equals("true", StringComparison.OrdinalIgnoreCase) ? AccountRules.FindEmail(Find(issuer.EmailClaim)) : null;

    public string Name => string.Concat((Find(issuer.NameClaim) ?? "").Where(letter => !char.IsControl(letter) && !char.IsSurrogate(letter)).Take(LongestName)).Trim();

    /// <summary>
    /// The session that the token is of: always the same one, so that an ended one stays ended. By the issuer's own session,
    /// else by the token. A UUID of version 8 (RFC 9562, 5.8).
    /// </summary>
    public Guid SessionId()
    {
        var (kind, value) = Find("sid") is { Length: > 0 } session ? ("sid", session) : Find("jti") is { Length: > 0 } id ? ("jti", id) : ("token", Hash);
        // As JSON, in which no two lists read the same.
        var bytes = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new[] { Issuer, Subject, kind, value })).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private string? Find(string claim) => token.TryGetClaim(claim, out var found) ? found.Value : null;
}

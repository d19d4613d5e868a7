using System.Buffers.Text;
using System.Security.Cryptography;

namespace Tenantry.Service.Accounts.Tokens;

/// <summary>32 random bytes in base64url, that only a mail knows. Never stored; its hash is.</summary>
internal sealed record AccountToken(byte[] Hash, string Text)
{
    private const int Length = 32;

    public static AccountToken New() => Of(RandomNumberGenerator.GetBytes(Length));

    /// <summary>Null for a text that was never a token.</summary>
    public static AccountToken? Find(string text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        return Base64Url.IsValid(text, out var length) && length == Length && Base64Url.TryDecodeFromChars(text, bytes, out _) ? Of(bytes) : null;
    }

    private static AccountToken Of(ReadOnlySpan<byte> bytes) => new(SHA256.HashData(bytes), Base64Url.EncodeToString(bytes));
}

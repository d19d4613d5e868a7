using System.Buffers.Text;
using System.Security.Cryptography;

namespace Tenantry.Service.Invitations;

/// <summary>32 random bytes in base64url. They go out by mail and nowhere else; what is kept is their hash.</summary>
internal sealed record InvitationToken(string Text, byte[] Hash)
{
    private const int Length = 32;

    public static InvitationToken Create()
    {
        Span<byte> bytes = stackalloc byte[Length];
        RandomNumberGenerator.Fill(bytes);
        return new(Base64Url.EncodeToString(bytes), SHA256.HashData(bytes));
    }

    /// <summary>Null for a text that is no token.</summary>
    public static byte[]? FindHash(string text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        return Base64Url.IsValid(text, out var length) && length == Length && Base64Url.TryDecodeFromChars(text, bytes, out _) ? SHA256.HashData(bytes) : null;
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;

namespace Tenantry.Service.Accounts;

/// <summary>
/// A session's id and 32 random bytes, in base64url. Naming its session, a used token is known for one however often the
/// session was refreshed since. Never stored; its hash is.
/// </summary>
internal sealed record RefreshToken(Guid SessionId, byte[] Hash, string Text)
{
    private const int IdLength = 16;
    private const int Length = IdLength + 32;

    public static RefreshToken For(Guid sessionId)
    {
        Span<byte> bytes = stackalloc byte[Length];
        sessionId.TryWriteBytes(bytes, bigEndian: true, out _);
        RandomNumberGenerator.Fill(bytes[IdLength..]);
        return Of(bytes);
    }

    public static RefreshToken? Find(string text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        return Base64Url.IsValid(text, out var length) && length == Length && Base64Url.TryDecodeFromChars(text, bytes, out _) ? Of(bytes) : null;
    }

    private static RefreshToken Of(ReadOnlySpan<byte> bytes) =>
        new(new Guid(bytes[..IdLength], bigEndian: true), SHA256.HashData(bytes), Base64Url.EncodeToString(bytes));
}

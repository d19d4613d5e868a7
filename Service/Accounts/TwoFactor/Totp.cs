using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tenantry.Service.Accounts.TwoFactor;

/// <summary>
/// Time-based codes (RFC 6238: SHA-1, 6 digits, 30 seconds), as authenticator apps make them. Not Identity's, which does not say
/// which step a code was of: without that a code cannot be known for a used one.
/// </summary>
internal static class Totp
{
    public const int Digits = 6;
    public const int Period = 30;
    private const int Drift = 1;
    private const int Modulus = 1_000_000;

    /// <summary>The step that a code is of, the present one or a neighbour; null for any other text.</summary>
    public static long? FindStep(string key, string code, DateTimeOffset now)
    {
        var bytes = AuthenticatorKey.Decode(key);
        var present = now.ToUnixTimeSeconds() / Period;
        for (var step = present - Drift; step <= present + Drift; step++)
            if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(CodeOf(bytes, step)), Encoding.UTF8.GetBytes(code))) return step;
        return null;
    }

    public static string CodeOf(byte[] key, long step)
    {
        // The one hash that every app can do. HMAC does not need what SHA-1 lost (RFC 6194, 3.3).
#pragma warning disable CA5350
        var hash = HMACSHA1.HashData(key, BigEndian(step));
#pragma warning restore CA5350
        // Dynamic truncation (RFC 4226, 5.3).
        var offset = hash[^1] & 0xF;
        var number = ((hash[offset] & 0x7F) << 24) | (hash[offset + 1] << 16) | (hash[offset + 2] << 8) | hash[offset + 3];
        return (number % Modulus).ToString(CultureInfo.InvariantCulture).PadLeft(Digits, '0');
    }

    private static byte[] BigEndian(long step)
    {
        var bytes = new byte[sizeof(long)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, step);
        return bytes;
    }
}

using System.Security.Cryptography;

namespace Tenantry.Service.Accounts.TwoFactor;

/// <summary>The secret that an authenticator app shares with us, in the base32 of RFC 4648 that such apps take.</summary>
internal static class AuthenticatorKey
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    // 160 bits, as long as the hash (RFC 4226, 4). One letter is 5 bits, and 256 is a multiple of 32: none is likelier.
    private const int Letters = 32;

    public static string New() => string.Concat(RandomNumberGenerator.GetBytes(Letters).Select(random => Alphabet[random % Alphabet.Length]));

    public static byte[] Decode(string key)
    {
        var bytes = new byte[key.Length * 5 / 8];
        int buffer = 0, bits = 0, at = 0;
        foreach (var letter in key)
        {
            buffer = ((buffer << 5) | Alphabet.IndexOf(letter, StringComparison.Ordinal)) & 0xFFFF;
            for (bits += 5; bits >= 8; bits -= 8) bytes[at++] = (byte)(buffer >> (bits - 8));
        }

        return bytes;
    }

    /// <summary>What an app reads from a QR code.</summary>
    public static string Uri(string key, string issuer, string email) =>
        $"otpauth://totp/{System.Uri.EscapeDataString(issuer)}:{System.Uri.EscapeDataString(email)}?secret={key}&issuer={System.Uri.EscapeDataString(issuer)}&digits={Totp.Digits}&period={Totp.Period}";
}

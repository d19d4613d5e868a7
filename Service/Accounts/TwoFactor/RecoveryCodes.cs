using System.Security.Cryptography;
using System.Text;

namespace Tenantry.Service.Accounts.TwoFactor;

/// <summary>Ten codes for whoever has lost the authenticator, each good once. Kept as hashes.</summary>
internal static class RecoveryCodes
{
    private const int Count = 10;
    private const char Separator = ';';

    // No letter that reads as another: some 45 bits a code.
    private const string Alphabet = "23456789BCDFGHJKMNPQRTVWXY";

    public static IReadOnlyList<string> New() => [.. Enumerable.Range(0, Count).Select(_ => $"{Part()}-{Part()}")];

    public static string Keep(Guid userId, IEnumerable<string> codes) => string.Join(Separator, codes.Select(code => Hash(userId, code)));

    public static int CountKept(string? kept) => Split(kept).Length;

    /// <summary>What is left without a code; null when it is none of them.</summary>
    public static string? Without(Guid userId, string? kept, string code)
    {
        var all = Split(kept);
        var left = all.Where(other => other != Hash(userId, code)).ToArray();
        return left.Length < all.Length ? string.Join(Separator, left) : null;
    }

    // With the user's id, so that one table of hashes does not serve for all.
    private static string Hash(Guid userId, string code) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{userId}:{code}")));

    private static string[] Split(string? kept) => (kept ?? "").Split(Separator, StringSplitOptions.RemoveEmptyEntries);

    private static string Part() => RandomNumberGenerator.GetString(Alphabet, 5);
}

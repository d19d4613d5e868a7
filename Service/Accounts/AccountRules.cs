using System.Text.RegularExpressions;

namespace Tenantry.Service.Accounts;

/// <summary>What an address and a name may be, as patterns that the API document shows too.</summary>
internal static partial class AccountRules
{
    // Mail decides whether an address is one; here only what no address has is refused. Spaces around it are trimmed.
    public const string Email = @"\s*[^@\s\p{C}]+@[^@\s\p{C}]+\s*";
    public const string NotAnEmail = "This is not an email address.";

    // Length is what counts (NIST SP 800-63B); an upper bound keeps hashing affordable.
    public const int ShortestPassword = 8;
    public const int LongestPassword = 128;

    // Of an authenticator or for recovery, however it is spaced.
    public const int LongestCode = 64;

    public const int LongestEmail = 254;

    // PostgreSQL has no text with NUL; the other control characters are no part of a name either.
    public const string Name = @"[^\p{Cc}]*";
    public const string NotAName = "A name has no control characters.";

    /// <summary>The address that a text is, without the spaces around it; null when it is none.</summary>
    public static string? FindEmail(string? text) => text is { Length: <= LongestEmail } && WholeEmail().IsMatch(text) ? text.Trim() : null;

    [GeneratedRegex("^(?:" + Email + ")$", RegexOptions.CultureInvariant)]
    private static partial Regex WholeEmail();
}

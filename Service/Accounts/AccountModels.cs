using System.ComponentModel.DataAnnotations;

namespace Tenantry.Service.Accounts;

public sealed record RegisterRequest(
    [Required, StringLength(254), RegularExpression(AccountRules.Email, ErrorMessage = AccountRules.NotAnEmail)] string Email,
    [Required, StringLength(AccountRules.LongestPassword, MinimumLength = AccountRules.ShortestPassword)] string Password,
    [StringLength(100), RegularExpression(AccountRules.Name, ErrorMessage = AccountRules.NotAName)] string? Name);

public sealed record LoginRequest(
    [Required, StringLength(254)] string Email,
    [Required, StringLength(AccountRules.LongestPassword)] string Password,
    [StringLength(AccountRules.LongestCode)] string? TwoFactorCode);

public sealed record RefreshRequest([Required, StringLength(128)] string RefreshToken);

/// <summary>Both tokens; none of them when the login asked for a cookie.</summary>
internal sealed record TokenPair(string AccessToken, string TokenType, int ExpiresIn, string RefreshToken);

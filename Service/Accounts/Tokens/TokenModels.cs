using System.ComponentModel.DataAnnotations;

namespace Tenantry.Service.Accounts.Tokens;

public sealed record AddressRequest(
    [Required, StringLength(254), RegularExpression(AccountRules.Email, ErrorMessage = AccountRules.NotAnEmail)] string Email);

/// <summary>With the address, if given, to which the token was mailed.</summary>
public sealed record ConfirmEmailRequest([StringLength(254)] string? Email, [Required, StringLength(128)] string Token);

public sealed record ResetPasswordRequest(
    [StringLength(254)] string? Email,
    [Required, StringLength(128)] string Token,
    [Required, StringLength(AccountRules.LongestPassword, MinimumLength = AccountRules.ShortestPassword)] string Password);

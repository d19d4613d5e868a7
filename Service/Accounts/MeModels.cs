using System.ComponentModel.DataAnnotations;
using Tenantry.Service.Accounts.Proofs;

namespace Tenantry.Service.Accounts;

internal sealed record Me(Guid Id, string Email, string Name, bool EmailConfirmed, DateTimeOffset CreatedAt, IReadOnlyList<MyOrg> Orgs);

internal sealed record MyOrg(Guid Id, string Slug, string Name, string Role);

public sealed record MePatch([StringLength(100), RegularExpression(AccountRules.Name, ErrorMessage = AccountRules.NotAName)] string? Name);

public sealed record EmailChange(
    [Required, StringLength(254), RegularExpression(AccountRules.Email, ErrorMessage = AccountRules.NotAnEmail)] string Email,
    [Required, StringLength(AccountRules.LongestPassword)] string Password) : IPasswordProof
{
    /// <inheritdoc />
    public string GetPassword() => Password;
}

public sealed record PasswordChange(
    [Required, StringLength(AccountRules.LongestPassword)] string CurrentPassword,
    [Required, StringLength(AccountRules.LongestPassword, MinimumLength = AccountRules.ShortestPassword)] string NewPassword) : IPasswordProof
{
    /// <inheritdoc />
    public string GetPassword() => CurrentPassword;
}

public sealed record AccountDeletionRequest([Required, StringLength(AccountRules.LongestPassword)] string Password) : IPasswordProof
{
    /// <inheritdoc />
    public string GetPassword() => Password;
}

using System.ComponentModel.DataAnnotations;
using Tenantry.Service.Accounts.Proofs;

namespace Tenantry.Service.Accounts.TwoFactor;

internal sealed record TwoFactorState(bool Enabled, int RecoveryCodesLeft);

/// <summary>What an authenticator app takes. Nothing is asked of a login before a code of it was shown.</summary>
internal sealed record AuthenticatorOffer(string SharedKey, string Uri);

/// <summary>Shown this once.</summary>
internal sealed record NewRecoveryCodes(IReadOnlyList<string> RecoveryCodes);

public sealed record TwoFactorRequest([Required, StringLength(AccountRules.LongestPassword)] string Password) : IPasswordProof
{
    /// <inheritdoc />
    public string GetPassword() => Password;
}

public sealed record TwoFactorConfirmation([Required, StringLength(AccountRules.LongestCode)] string Code);

public sealed record RecoveryCodesRequest([Required, StringLength(AccountRules.LongestCode)] string Code) : ICodeProof
{
    /// <inheritdoc />
    public string GetCode() => Code;
}

public sealed record TwoFactorRemoval(
    [Required, StringLength(AccountRules.LongestPassword)] string Password,
    [Required, StringLength(AccountRules.LongestCode)] string Code) : IPasswordProof, ICodeProof
{
    /// <inheritdoc />
    public string GetPassword() => Password;

    /// <inheritdoc />
    public string GetCode() => Code;
}

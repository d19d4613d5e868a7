namespace Tenantry.Service.Accounts.Tokens;

/// <summary>What a mailed token is good for.</summary>
internal enum TokenPurpose
{
    ConfirmEmail,
    ResetPassword,
    ChangeEmail,
}

using Microsoft.AspNetCore.Identity;
using Tenantry.Tenancy;

namespace Tenantry.Service.Accounts.TwoFactor;

/// <summary>Uses codes up: a code of the authenticator, or a recovery code, is good once.</summary>
internal sealed class SecondFactor(ControlDatabase database, UserManager<AppUser> users, TimeProvider time)
{
    /// <summary>False when the code is wrong, or was used before. Of uses at once one is right.</summary>
    public async Task<bool> UseAsync(AppUser user, string code, CancellationToken cancellationToken)
    {
        var text = code.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        if (user.AuthenticatorKey is not { } key || Totp.FindStep(key, text, time.GetUtcNow()) is not { } step)
            return (await users.RedeemTwoFactorRecoveryCodeAsync(user, text)).Succeeded;
        await using var control = await database.OpenAsync(cancellationToken);
        return await TwoFactorQueries.UseStepAsync(control, user.Id, key, step, cancellationToken);
    }
}

using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Tenantry.Service.Errors;

namespace Tenantry.Service.Accounts;

/// <summary>Checks credentials. Whatever is wrong, the answer and its cost are the same for a known and an unknown address.</summary>
internal sealed class Login(UserManager<AppUser> users, LoginFailures failures, IOptions<AccountOptions> options)
{
    private static readonly AppUser Nobody = new();
    private static readonly string NobodysHash = new PasswordHasher<AppUser>().HashPassword(Nobody, Guid.CreateVersion7().ToString());

    public async Task<(AppUser? User, ErrorCode? Error)> CheckAsync(LoginRequest request, CancellationToken cancellationToken)
    {
        var address = users.NormalizeEmail(request.Email.Trim())!;
        if (await failures.IsLockedAsync(address, cancellationToken)) return (null, ErrorCode.LockedOut);

        var user = await users.FindByEmailAsync(address);
        var verified = users.PasswordHasher.VerifyHashedPassword(user ?? Nobody, user?.PasswordHash ?? NobodysHash, request.Password);
        if (user?.PasswordHash is null || verified is PasswordVerificationResult.Failed
            || (options.Value.RequireConfirmedEmail == true && !user.EmailConfirmed)
            || !await SecondFactorAsync(user, request.TwoFactorCode))
        {
            await failures.CountAsync(address, cancellationToken);
            return (null, ErrorCode.InvalidCredentials);
        }

        await failures.ForgetAsync(address, cancellationToken);
        return (user, null);
    }

    private async Task<bool> SecondFactorAsync(AppUser user, string? code)
    {
        if (!user.TwoFactorEnabled) return true;
        if (string.IsNullOrWhiteSpace(code)) return false;
        return await users.VerifyTwoFactorTokenAsync(user, users.Options.Tokens.AuthenticatorTokenProvider, code)
            || (await users.RedeemTwoFactorRecoveryCodeAsync(user, code)).Succeeded;
    }
}

using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Tenantry.Service.Accounts.TwoFactor;
using Tenantry.Service.Errors;

namespace Tenantry.Service.Accounts;

/// <summary>Checks credentials. Whatever is wrong, the answer and its cost are the same for a known and an unknown address.</summary>
internal sealed class Login(UserManager<AppUser> users, SecondFactor secondFactor, LoginFailures failures, IOptions<AccountOptions> options)
{
    private static readonly AppUser Nobody = new();
    private static readonly string NobodysHash = new PasswordHasher<AppUser>().HashPassword(Nobody, Guid.CreateVersion7().ToString());

    public async Task<(AppUser? User, ErrorCode? Error)> CheckAsync(LoginRequest request, CancellationToken cancellationToken)
    {
        var address = users.NormalizeEmail(request.Email.Trim())!;
        if (await failures.IsLockedAsync(address, cancellationToken)) return (null, ErrorCode.LockedOut);

        var user = await users.FindByEmailAsync(address);
        var verified = users.PasswordHasher.VerifyHashedPassword(user ?? Nobody, user?.PasswordHash ?? NobodysHash, request.Password);
        var right = user?.PasswordHash is not null && verified is not PasswordVerificationResult.Failed
            && (options.Value.RequireConfirmedEmail != true || user.EmailConfirmed);

        if (right && user!.TwoFactorEnabled)
        {
            // Nothing was guessed wrong, and nothing proved that would make up for what was.
            if (string.IsNullOrWhiteSpace(request.TwoFactorCode))
                return (null, await failures.IsLockedAsync(address, cancellationToken) ? ErrorCode.LockedOut : ErrorCode.TwoFactorRequired);
            right = await secondFactor.UseAsync(user, request.TwoFactorCode, cancellationToken);
        }

        if (!right) return (null, await failures.CountAsync(address, cancellationToken) ? ErrorCode.LockedOut : ErrorCode.InvalidCredentials);
        // The verdict falls with the count, not before the password was hashed: else guesses at once would all get one.
        return await failures.ForgetAsync(address, cancellationToken) ? (user, null) : (null, ErrorCode.LockedOut);
    }
}

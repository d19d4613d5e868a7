using Microsoft.AspNetCore.Identity;
using Tenantry.Service.Accounts.TwoFactor;
using Tenantry.Service.Errors;

namespace Tenantry.Service.Accounts;

/// <summary>Checks what a caller with a session proves once more. Failures count as those of a login do, and lock as they do.</summary>
internal sealed class Credentials(IPasswordHasher<AppUser> hasher, SecondFactor secondFactor, LoginFailures failures)
{
    /// <summary>Null when whatever of password and code is given is right.</summary>
    public async Task<ErrorCode?> CheckAsync(AppUser user, string? password, string? code, CancellationToken cancellationToken)
    {
        if (await failures.IsLockedAsync(user.NormalizedEmail, cancellationToken)) return ErrorCode.LockedOut;
        var right = (password is null || IsPassword(user, password)) && (code is null || await secondFactor.UseAsync(user, code, cancellationToken));
        if (!right) return await failures.CountAsync(user.NormalizedEmail, cancellationToken) ? ErrorCode.LockedOut : ErrorCode.InvalidCredentials;
        return await failures.ForgetAsync(user.NormalizedEmail, cancellationToken) ? null : ErrorCode.LockedOut;
    }

    private bool IsPassword(AppUser user, string password) =>
        user.PasswordHash is not null && hasher.VerifyHashedPassword(user, user.PasswordHash, password) is not PasswordVerificationResult.Failed;
}

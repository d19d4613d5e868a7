using System.Data.Common;
using Microsoft.AspNetCore.Identity;
using Tenantry.Service.Hosting;
using Tenantry.Tenancy;
using Tenantry.Tenancy.Audit;

namespace Tenantry.Service.Accounts;

/// <summary>
/// Identity's view of <c>public.users</c>. All eight store interfaces: where one is missing, Identity silently does without
/// lockout, security stamps or the second factor. Setters change the object; <see cref="UpdateAsync"/> keeps it.
/// </summary>
internal sealed class UserStore(ControlDatabase database, RequestOrigin origin) :
    IUserPasswordStore<AppUser>, IUserEmailStore<AppUser>, IUserLockoutStore<AppUser>, IUserSecurityStampStore<AppUser>,
    IUserTwoFactorStore<AppUser>, IUserAuthenticatorKeyStore<AppUser>, IUserTwoFactorRecoveryCodeStore<AppUser>
{
    public async Task<IdentityResult> CreateAsync(AppUser user, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        await using var transaction = await control.BeginTransactionAsync(cancellationToken);
        var added = await UserQueries.AddAsync(control, user, cancellationToken);
        if (added) await AuditLog.AppendAsync(transaction, new AuditEntry(AuditAction.UserRegistered, user.Id) { Origin = origin.Address }, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return added ? IdentityResult.Success : IdentityResult.Failed(new IdentityErrorDescriber().DuplicateEmail(user.Email));
    }

    public async Task<IdentityResult> UpdateAsync(AppUser user, CancellationToken cancellationToken)
    {
        var result = await ChangeAsync(UserQueries.UpdateAsync, user, cancellationToken);
        if (result.Succeeded) user.Revision++;
        return result;
    }

    public Task<IdentityResult> DeleteAsync(AppUser user, CancellationToken cancellationToken) => ChangeAsync(UserQueries.DeleteAsync, user, cancellationToken);

    public async Task<AppUser?> FindByIdAsync(string userId, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(userId, out var id)) return null;
        await using var control = await database.OpenAsync(cancellationToken);
        return await UserQueries.FindByIdAsync(control, id, cancellationToken);
    }

    public async Task<AppUser?> FindByEmailAsync(string normalizedEmail, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        return await UserQueries.FindByEmailAsync(control, normalizedEmail, cancellationToken);
    }

    // The address is the user's name.
    public Task<AppUser?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => FindByEmailAsync(normalizedUserName, cancellationToken);

    public Task<string> GetUserIdAsync(AppUser user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString());

    public Task<string?> GetUserNameAsync(AppUser user, CancellationToken cancellationToken) => GetEmailAsync(user, cancellationToken);

    public Task SetUserNameAsync(AppUser user, string? userName, CancellationToken cancellationToken) => SetEmailAsync(user, userName, cancellationToken);

    public Task<string?> GetNormalizedUserNameAsync(AppUser user, CancellationToken cancellationToken) => GetNormalizedEmailAsync(user, cancellationToken);

    public Task SetNormalizedUserNameAsync(AppUser user, string? normalizedName, CancellationToken cancellationToken) => SetNormalizedEmailAsync(user, normalizedName, cancellationToken);

    public Task<string?> GetEmailAsync(AppUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task SetEmailAsync(AppUser user, string? email, CancellationToken cancellationToken) => Done(user.Email = email ?? "");

    public Task<string?> GetNormalizedEmailAsync(AppUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.NormalizedEmail);

    public Task SetNormalizedEmailAsync(AppUser user, string? normalizedEmail, CancellationToken cancellationToken) => Done(user.NormalizedEmail = normalizedEmail ?? "");

    public Task<bool> GetEmailConfirmedAsync(AppUser user, CancellationToken cancellationToken) => Task.FromResult(user.EmailConfirmed);

    public Task SetEmailConfirmedAsync(AppUser user, bool confirmed, CancellationToken cancellationToken) => Done(user.EmailConfirmed = confirmed);

    public Task<string?> GetPasswordHashAsync(AppUser user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash);

    public Task SetPasswordHashAsync(AppUser user, string? passwordHash, CancellationToken cancellationToken) => Done(user.PasswordHash = passwordHash);

    public Task<bool> HasPasswordAsync(AppUser user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash is not null);

    public Task<string?> GetSecurityStampAsync(AppUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.SecurityStamp);

    public Task SetSecurityStampAsync(AppUser user, string stamp, CancellationToken cancellationToken) => Done(user.SecurityStamp = stamp);

    public Task<bool> GetLockoutEnabledAsync(AppUser user, CancellationToken cancellationToken) => Task.FromResult(user.LockoutEnabled);

    public Task SetLockoutEnabledAsync(AppUser user, bool enabled, CancellationToken cancellationToken) => Done(user.LockoutEnabled = enabled);

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(AppUser user, CancellationToken cancellationToken) => Task.FromResult(user.LockoutEnd);

    public Task SetLockoutEndDateAsync(AppUser user, DateTimeOffset? lockoutEnd, CancellationToken cancellationToken) => Done(user.LockoutEnd = lockoutEnd?.ToUniversalTime());

    public Task<int> GetAccessFailedCountAsync(AppUser user, CancellationToken cancellationToken) => Task.FromResult(user.AccessFailedCount);

    public Task<int> IncrementAccessFailedCountAsync(AppUser user, CancellationToken cancellationToken) => Task.FromResult(++user.AccessFailedCount);

    public Task ResetAccessFailedCountAsync(AppUser user, CancellationToken cancellationToken) => Done(user.AccessFailedCount = 0);

    public Task<bool> GetTwoFactorEnabledAsync(AppUser user, CancellationToken cancellationToken) => Task.FromResult(user.TwoFactorEnabled);

    public Task SetTwoFactorEnabledAsync(AppUser user, bool enabled, CancellationToken cancellationToken) => Done(user.TwoFactorEnabled = enabled);

    public Task<string?> GetAuthenticatorKeyAsync(AppUser user, CancellationToken cancellationToken) => Task.FromResult(user.AuthenticatorKey);

    public Task SetAuthenticatorKeyAsync(AppUser user, string key, CancellationToken cancellationToken) => Done(user.AuthenticatorKey = key);

    public Task ReplaceCodesAsync(AppUser user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken) =>
        Done(user.RecoveryCodes = TwoFactor.RecoveryCodes.Keep(user.Id, recoveryCodes));

    public Task<int> CountCodesAsync(AppUser user, CancellationToken cancellationToken) => Task.FromResult(TwoFactor.RecoveryCodes.CountKept(user.RecoveryCodes));

    public Task<bool> RedeemCodeAsync(AppUser user, string code, CancellationToken cancellationToken)
    {
        var left = TwoFactor.RecoveryCodes.Without(user.Id, user.RecoveryCodes, code);
        user.RecoveryCodes = left ?? user.RecoveryCodes;
        return Task.FromResult(left is not null);
    }

    public void Dispose()
    {
        // Each call opens and closes a connection of its own.
    }

    private static Task Done<T>(T _) => Task.CompletedTask;

    private async Task<IdentityResult> ChangeAsync(
        Func<DbConnection, AppUser, CancellationToken, Task<bool>> change, AppUser user, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        return await change(control, user, cancellationToken) ? IdentityResult.Success : IdentityResult.Failed(new IdentityErrorDescriber().ConcurrencyFailure());
    }
}

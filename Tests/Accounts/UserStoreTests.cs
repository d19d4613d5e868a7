using Microsoft.AspNetCore.Identity;
using Tenantry.Service.Accounts;

namespace Tenantry.Tests.Accounts;

internal sealed class UserStoreTests
{
    [Test]
    public void All_eight_store_interfaces_are_there() =>
        // Identity asks by type test: without one of them its feature silently vanishes.
        Assert.That(typeof(UserStore).GetInterfaces(), Is.SupersetOf(new[]
        {
            typeof(IUserStore<AppUser>), typeof(IUserPasswordStore<AppUser>), typeof(IUserEmailStore<AppUser>), typeof(IUserLockoutStore<AppUser>),
            typeof(IUserSecurityStampStore<AppUser>), typeof(IUserTwoFactorStore<AppUser>), typeof(IUserAuthenticatorKeyStore<AppUser>),
            typeof(IUserTwoFactorRecoveryCodeStore<AppUser>),
        }));
}

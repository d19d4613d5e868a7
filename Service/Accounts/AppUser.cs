using System.Security.Cryptography;

namespace Tenantry.Service.Accounts;

/// <summary>A row of <c>public.users</c>, as ASP.NET Core Identity works on it.</summary>
internal sealed class AppUser
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public string Email { get; set; } = "";
    public string NormalizedEmail { get; set; } = "";
    public bool EmailConfirmed { get; set; }
    public string Name { get; set; } = "";
    public string? PasswordHash { get; set; }
    public string SecurityStamp { get; set; } = "";
    public bool TwoFactorEnabled { get; set; }
    public string? AuthenticatorKey { get; set; }
    public string? RecoveryCodes { get; set; }
    public bool LockoutEnabled { get; set; } = true;
    public DateTimeOffset? LockoutEnd { get; set; }
    public int AccessFailedCount { get; set; }

    /// <summary>Counts changes: of two that began with one reading, such as two uses of a recovery code, one is refused.</summary>
    public int Revision { get; set; } = 1;

    public DateTimeOffset CreatedAt { get; init; }

    public static string NewStamp() => Convert.ToHexString(RandomNumberGenerator.GetBytes(20));
}

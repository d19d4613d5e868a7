using System.Data.Common;
using Microsoft.AspNetCore.Identity;

namespace Tenantry.Service.Accounts.Tokens;

/// <summary>Uses tokens up. A transaction that then does not commit leaves the token as it was.</summary>
internal sealed class TokenUse(ILookupNormalizer normalizer)
{
    /// <summary>Null when the token is unknown, used or expired, or was not mailed to the address: told apart nowhere.</summary>
    public async Task<UsedToken?> UseAsync(DbTransaction transaction, string text, string? email, CancellationToken cancellationToken, params TokenPurpose[] purposes)
    {
        var control = transaction.Connection!;
        if (AccountToken.Find(text) is not { } token) return null;
        if (await TokenQueries.UseAsync(control, token.Hash, purposes, cancellationToken) is not { } row) return null;
        if (await UserQueries.FindByIdAsync(control, row.UserId, cancellationToken) is not { } user) return null;

        var mailedTo = row.NewEmail is null ? user.NormalizedEmail : normalizer.NormalizeEmail(row.NewEmail);
        return email is null || normalizer.NormalizeEmail(email.Trim()) == mailedTo ? new UsedToken(user, row.NewEmail) : null;
    }
}

/// <summary>Whose token it was; with the new address, if it was for a change of address.</summary>
internal sealed record UsedToken(AppUser User, string? NewEmail);

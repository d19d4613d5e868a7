using System.Data.Common;
using Dapper;

namespace Tenantry.Service.Accounts;

/// <summary>The SQL of what a user proves to be one with: address and password.</summary>
internal static class CredentialQueries
{
    private const string ConfirmEmail = "update public.users set email_confirmed = true, revision = revision + 1 where id = @id and not email_confirmed";

    private const string ChangeEmail =
        """
        update public.users
        set email = @email, normalized_email = @normalizedEmail, email_confirmed = true, security_stamp = @stamp, revision = revision + 1
        where id = @id
        """;

    private const string SetPassword =
        """
        update public.users
        set password_hash = @hash, security_stamp = @stamp, lockout_end = null, access_failed_count = 0, revision = revision + 1
        where id = @id
        """;

    /// <summary>False when it was confirmed already.</summary>
    public static async Task<bool> ConfirmEmailAsync(DbConnection control, Guid id, CancellationToken cancellationToken) =>
        await control.ExecuteAsync(new CommandDefinition(ConfirmEmail, new { id }, cancellationToken: cancellationToken)) > 0;

    /// <summary>False when the user is gone. An address that is another's is a unique violation.</summary>
    public static async Task<bool> ChangeEmailAsync(DbConnection control, Guid id, string email, string normalizedEmail, CancellationToken cancellationToken) =>
        await control.ExecuteAsync(new CommandDefinition(
            ChangeEmail, new { id, email, normalizedEmail, stamp = AppUser.NewStamp() }, cancellationToken: cancellationToken)) > 0;

    public static Task SetPasswordAsync(DbConnection control, Guid id, string hash, string stamp, CancellationToken cancellationToken) =>
        control.ExecuteAsync(new CommandDefinition(SetPassword, new { id, hash, stamp }, cancellationToken: cancellationToken));
}

using System.Data.Common;
using Dapper;

namespace Tenantry.Service.Accounts.TwoFactor;

/// <summary>The SQL of the second factor. Its columns are changed together with the revision that Identity's changes depend on.</summary>
internal static class TwoFactorQueries
{
    // A key that was offered before is void; the step stays, so that no code of this moment is good twice.
    private const string Offer =
        "update public.users set authenticator_key = @key, revision = revision + 1 where id = @id and not two_factor_enabled";

    private const string Enable =
        """
        update public.users
        set two_factor_enabled = true, recovery_codes = @codes, authenticator_step = @step, security_stamp = @stamp, revision = revision + 1
        where id = @id and authenticator_key = @key and not two_factor_enabled
        """;

    private const string ReplaceCodes =
        "update public.users set recovery_codes = @codes, revision = revision + 1 where id = @id and two_factor_enabled";

    private const string Disable =
        """
        update public.users
        set two_factor_enabled = false, authenticator_key = null, recovery_codes = null, security_stamp = @stamp, revision = revision + 1
        where id = @id and two_factor_enabled
        """;

    // Only later steps: not the same code again, nor the one before it that is still in its time.
    private const string UseStep =
        """
        update public.users set authenticator_step = @step
        where id = @id and two_factor_enabled and authenticator_key = @key and (authenticator_step is null or authenticator_step < @step)
        """;

    /// <summary>False when the second factor is enabled already.</summary>
    public static Task<bool> OfferAsync(DbConnection control, Guid id, string key, CancellationToken cancellationToken) =>
        ChangeAsync(control, Offer, new { id, key }, cancellationToken);

    /// <summary>False when it is enabled already, or another key was offered meanwhile.</summary>
    public static Task<bool> EnableAsync(DbConnection control, Guid id, string key, long step, string codes, CancellationToken cancellationToken) =>
        ChangeAsync(control, Enable, new { id, key, step, codes, stamp = AppUser.NewStamp() }, cancellationToken);

    /// <summary>False when the second factor is not enabled.</summary>
    public static Task<bool> ReplaceCodesAsync(DbConnection control, Guid id, string codes, CancellationToken cancellationToken) =>
        ChangeAsync(control, ReplaceCodes, new { id, codes }, cancellationToken);

    /// <summary>False when the second factor is not enabled.</summary>
    public static Task<bool> DisableAsync(DbConnection control, Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(control, Disable, new { id, stamp = AppUser.NewStamp() }, cancellationToken);

    /// <summary>False when the step, or a later one, was used before.</summary>
    public static Task<bool> UseStepAsync(DbConnection control, Guid id, string key, long step, CancellationToken cancellationToken) =>
        ChangeAsync(control, UseStep, new { id, key, step }, cancellationToken);

    private static async Task<bool> ChangeAsync(DbConnection control, string sql, object parameters, CancellationToken cancellationToken) =>
        await control.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)) > 0;
}

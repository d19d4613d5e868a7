using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Options;
using Tenantry.Tenancy;

namespace Tenantry.Service.Accounts;

/// <summary>Counts failed logins by address, known or not, so that being locked out tells nothing about an account.</summary>
internal sealed class LoginFailures(ControlDatabase database, IOptions<AccountOptions> options)
{
    private const string IsLocked =
        "select exists (select from public.login_failures where address_hash = @hash and locked_until > now())";

    // Failures older than a lockout lasts are forgotten.
    private const string Count =
        """
        insert into public.login_failures as f (address_hash, failures, locked_until)
        values (@hash, 1, case when @limit <= 1 then now() + @lockout end)
        on conflict (address_hash) do update
        set failures = case when f.failed_at < now() - @lockout then 1 else f.failures + 1 end,
            locked_until = case when f.failed_at >= now() - @lockout and f.failures + 1 >= @limit then now() + @lockout end,
            failed_at = now()
        returning f.failures > @limit
        """;

    private const string Forget =
        """
        with forgotten as (
            delete from public.login_failures where address_hash = @hash and (locked_until is null or locked_until <= now())
        )
        select not exists (select from public.login_failures where address_hash = @hash and locked_until > now())
        """;

    private const string Lift = "delete from public.login_failures where address_hash = @hash";

    public async Task<bool> IsLockedAsync(string normalizedEmail, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        return await control.ExecuteScalarAsync<bool>(new CommandDefinition(IsLocked, new { hash = AddressHash.Of(normalizedEmail) }, cancellationToken: cancellationToken));
    }

    /// <summary>True when enough failures were counted before this one: then nobody may learn that it was one.</summary>
    public async Task<bool> CountAsync(string normalizedEmail, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        return await control.ExecuteScalarAsync<bool>(new CommandDefinition(
            Count, new { hash = AddressHash.Of(normalizedEmail), limit = options.Value.LockoutAfter, lockout = options.Value.LockoutFor }, cancellationToken: cancellationToken));
    }

    /// <summary>False when the address was locked meanwhile.</summary>
    public async Task<bool> ForgetAsync(string normalizedEmail, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        return await control.ExecuteScalarAsync<bool>(new CommandDefinition(Forget, new { hash = AddressHash.Of(normalizedEmail) }, cancellationToken: cancellationToken));
    }

    /// <summary>Lifts a lockout, in the transaction that sets a new password by mail.</summary>
    public static Task LiftAsync(DbTransaction transaction, string normalizedEmail, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(Lift, new { hash = AddressHash.Of(normalizedEmail) }, cancellationToken: cancellationToken));
}

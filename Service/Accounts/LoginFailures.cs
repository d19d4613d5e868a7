using System.Security.Cryptography;
using System.Text;
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
        """;

    private const string Forget = "delete from public.login_failures where address_hash = @hash";

    public async Task<bool> IsLockedAsync(string normalizedEmail, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        return await control.ExecuteScalarAsync<bool>(new CommandDefinition(IsLocked, new { hash = Hash(normalizedEmail) }, cancellationToken: cancellationToken));
    }

    public async Task CountAsync(string normalizedEmail, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        await control.ExecuteAsync(new CommandDefinition(
            Count, new { hash = Hash(normalizedEmail), limit = options.Value.LockoutAfter, lockout = options.Value.LockoutFor }, cancellationToken: cancellationToken));
    }

    public async Task ForgetAsync(string normalizedEmail, CancellationToken cancellationToken)
    {
        await using var control = await database.OpenAsync(cancellationToken);
        await control.ExecuteAsync(new CommandDefinition(Forget, new { hash = Hash(normalizedEmail) }, cancellationToken: cancellationToken));
    }

    private static byte[] Hash(string normalizedEmail) => SHA256.HashData(Encoding.UTF8.GetBytes(normalizedEmail));
}

using System.Data.Common;
using Dapper;

namespace Tenantry.Service.Accounts.Sweeping;

/// <summary>The SQL of taking away what nothing asks for any more. Each statement stands alone and can be repeated.</summary>
internal static class SweepQueries
{
    // An ended session that an outside issuer's tokens stand for is kept longer: a later token of it would begin it anew.
    private const string Sessions =
        """
        delete from public.sessions
        where expires_at < now() - @kept and (ended_at is null or refresh_hash is not null or ended_at < now() - interval '1 year')
        """;

    private const string Failures = "delete from public.login_failures where failed_at < now() - @lockout and (locked_until is null or locked_until < now())";

    private const string Tokens = "delete from public.account_tokens where expires_at < now()";

    private const string Mails = "delete from public.account_mails where since < now() - interval '1 hour'";

    private const string Keys = "delete from public.idempotency_keys where created_at < now() - @kept";

    // Nobody's any more, and no token of that time is still good.
    private const string Logins = "delete from public.external_logins where user_id is null and valid_after < now() - interval '30 days'";

    public static async Task<int> SweepAsync(DbConnection control, AccountOptions options, CancellationToken cancellationToken)
    {
        var rows = 0;
        foreach (var (sql, parameters) in new (string Sql, object? Parameters)[]
        {
            (Sessions, new { kept = options.KeepExpiredSessions }),
            (Failures, new { lockout = options.LockoutFor }),
            (Tokens, null),
            (Mails, null),
            (Keys, new { kept = options.KeepIdempotencyKeys }),
            (Logins, null),
        })
            rows += await control.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
        return rows;
    }
}

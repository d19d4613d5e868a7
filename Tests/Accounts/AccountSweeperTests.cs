using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Tenantry.Service.Accounts;
using Tenantry.Service.Accounts.Sweeping;
using Tenantry.Tenancy;
using Tenantry.Tests.Embedded;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Accounts;

internal sealed class AccountSweeperTests
{
    [Test, CancelAfter(60_000)]
    public async Task What_has_expired_goes_every_hour_and_what_has_not_stays(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        var user = await database.AddUserAsync("ada@example.com", cancellationToken);
        await using var server = await database.OpenAdminAsync(cancellationToken);
        await server.ExecuteAsync(
            """
            insert into public.sessions (id, user_id, refresh_hash, expires_at, ended_at)
            select gen_random_uuid(), @user, convert_to(name, 'UTF8'), expires, ended
            from (values ('live', now() + interval '1 day', null::timestamptz), ('ended', now() + interval '1 day', now() - interval '30 days'),
                         ('fresh', now() - interval '6 days', null), ('old', now() - interval '8 days', null)) s(name, expires, ended);
            insert into public.sessions (id, user_id, expires_at, ended_at)
            values (gen_random_uuid(), @user, now() - interval '8 days', now() - interval '9 days'), (gen_random_uuid(), @user, now() - interval '8 days', null);
            insert into public.login_failures (address_hash, failures, locked_until, failed_at)
            values ('counted', 1, null, now()), ('locked', 9, now() + interval '1 minute', now() - interval '1 day'), ('past', 9, now() - interval '1 minute', now() - interval '1 day');
            insert into public.account_tokens (token_hash, purpose, user_id, expires_at)
            values ('good', 'confirm-email', @user, now() + interval '1 minute'), ('expired', 'confirm-email', @user, now() - interval '1 second');
            insert into public.account_mails (address_hash, purpose, mails, since) values ('new', 'x', 1, now()), ('old', 'x', 1, now() - interval '2 hours');
            insert into public.idempotency_keys (user_id, key, request_hash, created_at) values (@user, 'new', '', now() - interval '23 hours'), (@user, 'old', '', now() - interval '25 hours');
            insert into public.external_logins (issuer, subject, user_id, valid_after)
            values ('i', 'mine', @user, now() - interval '1 year'), ('i', 'closed', null, now() - interval '1 day'), ('i', 'forgotten', null, now() - interval '31 days');
            """, new { user });

        var time = new ManualTime();
        var options = new AccountOptions();
        await using var control = new ControlDatabase(database.Options());
        using var sweeper = new AccountSweeper(control, Options.Create(options), time, NullLogger<AccountSweeper>.Instance);
        await sweeper.StartAsync(cancellationToken);
        const string left =
            """
            select string_agg(name, ' ' order by name) from (
                select 's:' || coalesce(convert_from(refresh_hash, 'UTF8'), case when ended_at is null then 'outside' else 'outside-ended' end) as name from public.sessions
                union all select 'f:' || convert_from(address_hash, 'UTF8') from public.login_failures
                union all select 't:' || convert_from(token_hash, 'UTF8') from public.account_tokens
                union all select 'm:' || convert_from(address_hash, 'UTF8') from public.account_mails
                union all select 'k:' || key from public.idempotency_keys
                union all select 'l:' || subject from public.external_logins) rows
            """;
        Assert.That(await server.ExecuteScalarAsync<string>(left), Does.Contain("s:old"), "not before the hour is over");
        await time.FirstTimer.WaitAsync(cancellationToken);
        time.Elapse(options.SweepEvery);
        await Eventually.HoldsAsync(async () => await server.ExecuteScalarAsync<string>(left)
            == "f:counted f:locked k:new l:closed l:mine m:new s:ended s:fresh s:live s:outside-ended t:good");
        await sweeper.StopAsync(cancellationToken);
    }
}

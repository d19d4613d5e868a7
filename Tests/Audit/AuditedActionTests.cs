using Tenantry.Service.Mail;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Audit;

/// <summary>Each action on an org, its people and its invitations leaves its row: by whom, on what, from where, and no secret.</summary>
internal sealed class AuditedActionTests
{
    [Test, CancelAfter(60_000)]
    public async Task Each_action_leaves_its_row(CancellationToken cancellationToken)
    {
        await using var community = await Community.StartAsync();
        var (ada, bob, eve) = (await community.AddAsync("ada"), await community.AddAsync("bob"), await community.AddConfirmedAsync("eve"));
        var org = await community.MakeOrgAsync(ada, "org");
        async Task<Guid> InviteAsync(string email) => (await ada.PostAsync($"{org}/invitations", new { email })).Json.GetProperty("id").GetGuid();

        await ada.PatchAsync(org, new { name = "Renamed" });
        var bobs = await InviteAsync(bob.Email);
        await ada.PostAsync($"{org}/invitations/{bobs}/resend");
        await bob.PostAsync($"/api/invitations/{await community.InvitationTokenAsync(bob.Email)}/accept");
        var eves = await InviteAsync(eve.Email);
        await eve.PostAsync($"/api/invitations/{eves}/decline");
        var again = await InviteAsync(eve.Email);
        await ada.DeleteAsync($"{org}/invitations/{again}");
        await ada.PatchAsync($"{org}/members/{bob.Id}", new { role = "admin" });
        await ada.DeleteAsync($"{org}/members/{bob.Id}");
        await ada.DeleteAsync(org, new { slug = Community.SlugOf(org) });

        var log = await community.LogOfAsync(org);
        Assert.That(log, Is.EqualTo(new (string, Guid?, string?)[]
        {
            ("org.created", ada.Id, null),
            ("org.updated", ada.Id, null),
            ("invitation.created", ada.Id, $"{bobs}"),
            ("invitation.resent", ada.Id, $"{bobs}"),
            ("invitation.accepted", bob.Id, $"{bobs}"),
            ("membership.created", bob.Id, $"{bob.Id}"),
            ("invitation.created", ada.Id, $"{eves}"),
            ("invitation.declined", eve.Id, $"{eves}"),
            ("invitation.created", ada.Id, $"{again}"),
            ("invitation.revoked", ada.Id, $"{again}"),
            ("membership.updated", ada.Id, $"{bob.Id}"),
            ("membership.deleted", ada.Id, $"{bob.Id}"),
            ("org.deleted", ada.Id, null),
        }));
        Assert.That(await community.ListAsync<string>("select distinct origin from public.audit_log where org_id is not null or action = 'user.email.confirmed'"), Has.All.Contain("127.0.0.1"));
        Assert.That(await community.ReadAsync<long>("select count(*) from public.audit_log where chain = @Id and action = 'user.email.confirmed'", new { bob.Id }), Is.EqualTo(1));

        var rows = string.Concat(await community.ListAsync<string>("select l::text from public.audit_log l"));
        foreach (var person in (Person[])[ada, bob, eve])
            foreach (var (_, values) in await community.ListMailAsync(person.Email))
                Assert.That(rows, Does.Not.Contain(values.GetValueOrDefault("token", TestApp.Password)));
    }

    [Test, CancelAfter(60_000)]
    public async Task Where_the_log_takes_no_row_nothing_changes_and_no_mail_goes_out(CancellationToken cancellationToken)
    {
        await using var community = await Community.StartAsync(("Logging:LogLevel:Default", "None"));
        var (ada, bob, eve) = (await community.AddAsync("ada"), await community.AddAsync("bob"), await community.AddConfirmedAsync("eve"));
        var org = await community.MakeOrgAsync(ada, "org");
        await community.JoinAsync(org, bob);
        var eves = (await ada.PostAsync($"{org}/invitations", new { email = eve.Email })).Json.GetProperty("id").GetGuid();
        await community.ExecuteAsync(
            """
            create function public.fail() returns trigger language plpgsql as $$ begin raise exception 'full'; end $$;
            create trigger full_log after insert on public.audit_log for each row execute function public.fail();
            """);
        const string state =
            """
            select jsonb_build_array(
                (select jsonb_agg(o order by id) from public.orgs o), (select jsonb_agg(t order by id) from public.tenants t), (select jsonb_agg(m order by user_id) from public.memberships m),
                (select jsonb_agg(i order by id) from public.invitations i), (select count(*) from public.mail_outbox), (select count(*) from public.audit_log),
                (select jsonb_agg(c order by id) from public.audit_chains c), (select count(*) from public.idempotency_keys), (select jsonb_agg(u order by id) from public.users u))::text
            """;
        var before = await community.ReadAsync<string>(state);

        Answer[] answers =
        [
            await ada.PatchAsync(org, new { name = "Renamed" }),
            await ada.PatchAsync($"{org}/members/{bob.Id}", new { role = "admin" }),
            await ada.DeleteAsync($"{org}/members/{bob.Id}"),
            await ada.PostAsync($"{org}/invitations", new { email = "x@example.com" }, ("Idempotency-Key", "x")),
            await ada.PostAsync($"{org}/invitations/{eves}/resend"),
            await ada.DeleteAsync($"{org}/invitations/{eves}"),
            await eve.PostAsync($"/api/invitations/{eves}/accept"),
            await eve.PostAsync($"/api/invitations/{eves}/decline"),
            await ada.DeleteAsync(org, new { slug = Community.SlugOf(org) }),
            await ada.PostAsync("/api/orgs", new { name = "another" }),
        ];
        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(500));
        Assert.That(await community.ReadAsync<string>(state), Is.EqualTo(before));
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using Dapper;
using Tenantry.Service.Mail;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Invitations;

/// <summary>Invitations in the wrong hands, at the wrong time, too often, and on the word of the wrong people.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class InvitationAttackTests : CommunityFixture
{
    [Test]
    public async Task Another_account_that_has_the_token_is_refused_and_uses_nothing_up()
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var (bob, thief) = (await community.AddAsync("bob"), await community.AddConfirmedAsync("thief"));
        await InviteAsync(org, bob);
        var token = await TokenAsync(bob);
        Assert.That((await thief.PostAsync($"/api/invitations/{token}/accept")) is { Status: 403, Code: "invitation.address_differs" });
        Assert.That((await thief.PostAsync($"/api/invitations/{token}/decline")) is { Status: 403, Code: "invitation.address_differs" });
        Assert.That((await bob.PostAsync($"/api/invitations/{token}/accept")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Who_squats_the_address_without_having_confirmed_it_learns_and_gets_nothing()
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var squatter = await community.AddAsync("victim");
        var id = await IdAsync(InviteAsync(org, squatter));
        Assert.That((await squatter.GetAsync("/api/invitations")).Json.GetProperty("items").GetArrayLength(), Is.Zero);
        foreach (var path in (string[])[$"/api/invitations/{id}/accept", $"/api/invitations/{id}/decline"])
            Assert.That((await squatter.PostAsync(path)), Is.EqualTo(await squatter.PostAsync(path.Replace($"{id}", $"{Guid.CreateVersion7()}", StringComparison.Ordinal))));
        Assert.That((await squatter.PostAsync($"/api/invitations/{id}/accept")).Code, Is.EqualTo("resource.not_found"));
        Assert.That((await squatter.GetAsync($"/api/invitations/{id}")).Code, Is.EqualTo("resource.not_found"));
    }

    [Test]
    public async Task An_id_means_nothing_to_others_nor_in_an_ended_session()
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var (bob, other) = (await community.AddConfirmedAsync("bob"), await community.AddConfirmedAsync("other"));
        var id = await IdAsync(InviteAsync(org, bob));
        using var anybody = community.App.CreateClient();
        Assert.That((await Answer.ToAsync(anybody, HttpMethod.Get, $"/api/invitations/{id}")).Code, Is.EqualTo("resource.not_found"));
        Assert.That((await Answer.ToAsync(anybody, HttpMethod.Post, $"/api/invitations/{id}/accept")).Code, Is.EqualTo("auth.required"));
        Assert.That((await other.PostAsync($"/api/invitations/{id}/accept")).Code, Is.EqualTo("resource.not_found"));
        Assert.That((await ada.GetAsync($"/api/invitations/{id}")).Code, Is.EqualTo("resource.not_found"), "who sent it reads it in the org");

        await community.ExecuteAsync("update public.sessions set ended_at = now() where user_id = @Id", new { bob.Id });
        Assert.That((await bob.GetAsync($"/api/invitations/{id}")).Code, Is.EqualTo("resource.not_found"));
        Assert.That((await bob.PostAsync($"/api/invitations/{id}/accept")).Code, Is.EqualTo("auth.required"));
    }

    [Test, CancelAfter(60_000)]
    public async Task Thirty_two_acceptances_at_once_make_one_membership_and_one_log_row_each(CancellationToken cancellationToken)
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var bob = await community.AddAsync("bob");
        var id = await IdAsync(InviteAsync(org, bob));
        var token = await TokenAsync(bob);
        await using var second = TestApp.StartOn(community.App.Database, ("Invitations:TokensPerMinute", "1000"));
        using var elsewhere = second.CreateClient();
        elsewhere.DefaultRequestHeaders.Authorization = bob.Client.DefaultRequestHeaders.Authorization;

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(number =>
            Answer.ToAsync(number % 2 == 0 ? bob.Client : elsewhere, HttpMethod.Post, $"/api/invitations/{token}/accept")));
        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That(answers.Where(answer => answer.Status != 200).Select(answer => answer.Code), Is.All.EqualTo("invitation.used"));
        Assert.That((await community.LogOfAsync(org)).Skip(2), Is.EqualTo([("invitation.accepted", (Guid?)bob.Id, id.ToString()), ("membership.created", bob.Id, bob.Id.ToString())]));
        Assert.That(await community.ReadAsync<long>("select count(*) from public.audit_log where chain = @Id and action = 'user.email.confirmed'", new { bob.Id }), Is.EqualTo(1));
    }

    [Test, CancelAfter(60_000)]
    public async Task Of_an_acceptance_and_a_removal_of_the_inviter_at_once_neither_undoes_the_other(CancellationToken cancellationToken)
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var carol = await community.AddAsync("carol");
        for (var round = 0; round < 10; round++)
        {
            await community.JoinAsync(org, carol);
            var bob = await community.AddAsync("bob");
            await carol.PostAsync($"{org}/invitations", new { email = bob.Email });
            var token = await TokenAsync(bob);
            var answers = await Task.WhenAll(bob.PostAsync($"/api/invitations/{token}/accept"), ada.DeleteAsync($"{org}/members/{carol.Id}"));
            Assert.That(answers[1].Status, Is.EqualTo(204));
            Assert.That(answers[0] is { Status: 200 } or { Code: "invitation.revoked" }, answers[0].Body);
            Assert.That((await bob.GetAsync(org)).Status, Is.EqualTo(answers[0].Status == 200 ? 200 : 404));
        }
    }

    [Test, CancelAfter(60_000)]
    public async Task Who_accepts_while_the_account_is_being_deleted_is_asked_to_log_in(CancellationToken cancellationToken)
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var bob = await community.AddAsync("bob");
        await InviteAsync(org, bob);
        var token = await TokenAsync(bob);
        await using var server = await community.App.Database.OpenAdminAsync(cancellationToken);
        await using var transaction = await server.BeginTransactionAsync(cancellationToken);
        await server.ExecuteAsync("select from public.users where id = @Id for update", new { bob.Id });
        var accepting = bob.PostAsync($"/api/invitations/{token}/accept");
        await WaitForLockAsync(cancellationToken);
        await server.ExecuteAsync("delete from public.users where id = @Id", new { bob.Id });
        await transaction.CommitAsync(cancellationToken);
        Assert.That((await accepting).Code, Is.EqualTo("auth.required"));
    }

    [Test]
    public async Task Only_an_admin_invites_an_admin()
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var (bob, guest) = (await community.AddAsync("bob"), await community.AddAsync("guest"));
        await community.JoinAsync(org, bob);
        Assert.That((await bob.PostAsync($"{org}/invitations", new { email = guest.Email, role = "admin" })) is { Status: 403, Code: "org.admin_required" });
        var id = await IdAsync(InviteAsync(org, guest, "admin"));
        Assert.That((await bob.PostAsync($"{org}/invitations/{id}/resend")) is { Status: 403, Code: "org.admin_required" });
        Assert.That((await bob.PostAsync($"{org}/invitations", new { email = "other@example.com" })).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task Who_is_removed_has_invited_nobody_and_who_is_demoted_no_admin()
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var (bob, guest, chief) = (await community.AddAsync("bob"), await community.AddConfirmedAsync("guest"), await community.AddConfirmedAsync("chief"));
        await community.JoinAsync(org, bob, "admin");
        await bob.PostAsync($"{org}/invitations", new { email = guest.Email });
        await bob.PostAsync($"{org}/invitations", new { email = chief.Email, role = "admin" });
        var (guests, chiefs) = (await TokenAsync(guest), await TokenAsync(chief));

        await ada.PatchAsync($"{org}/members/{bob.Id}", new { role = "member" });
        await ada.PatchAsync($"{org}/members/{bob.Id}", new { role = "admin" });
        Assert.That((await chief.PostAsync($"/api/invitations/{chiefs}/accept")) is { Status: 410, Code: "invitation.revoked" }, "an admin again, and it stays void");
        Assert.That((await guest.GetAsync($"/api/invitations/{guests}")).Status, Is.EqualTo(200));

        await ada.DeleteAsync($"{org}/members/{bob.Id}");
        await community.JoinAsync(org, bob, "admin");
        Assert.That((await guest.GetAsync($"/api/invitations/{guests}")).Code, Is.EqualTo("invitation.revoked"));
        Assert.That((await guest.PostAsync($"/api/invitations/{guests}/accept")) is { Status: 410, Code: "invitation.revoked" });
        Assert.That((await guest.GetAsync("/api/invitations")).Json.GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That((await community.LogOfAsync(org)).Count(row => row.Action == "invitation.revoked"), Is.EqualTo(2));
    }

    [Test]
    public async Task An_inviter_whose_account_is_gone_has_invited_nobody_and_blocks_nobody()
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var (bob, guest) = (await community.AddAsync("bob"), await community.AddConfirmedAsync("guest"));
        await community.JoinAsync(org, bob);
        var id = await IdAsync(bob.PostAsync($"{org}/invitations", new { email = guest.Email }));
        await community.ExecuteAsync("delete from public.users where id = @Id", new { bob.Id });

        Assert.That((await guest.PostAsync($"/api/invitations/{id}/accept")).Code, Is.EqualTo("invitation.revoked"));
        Assert.That((await ada.GetAsync($"{org}/invitations")).Json.GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That((await ada.PostAsync($"{org}/invitations/{id}/resend")).Code, Is.EqualTo("invitation.revoked"));
        Assert.That((await InviteAsync(org, guest)).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task A_suspended_org_is_not_joined_and_a_deleted_one_is_not_there()
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var bob = await community.AddConfirmedAsync("bob");
        await InviteAsync(org, bob);
        var token = await TokenAsync(bob);
        Task SetAsync(string state) => community.ExecuteAsync("update public.tenants t set state = @state from public.orgs o where o.id = t.id and o.slug = @slug", new { state, slug = Community.SlugOf(org) });

        await SetAsync("suspended");
        Assert.That((await bob.PostAsync($"/api/invitations/{token}/accept")) is { Status: 403, Code: "org.suspended" });
        Assert.That((await bob.GetAsync($"/api/invitations/{token}")).Code, Is.EqualTo("org.suspended"));
        Assert.That((await bob.GetAsync("/api/invitations")).Json.GetProperty("items").GetArrayLength(), Is.Zero);
        await SetAsync("provisioning");
        Assert.That((await bob.PostAsync($"/api/invitations/{token}/accept")).Code, Is.EqualTo("org.unavailable"));

        await SetAsync("active");
        Assert.That((await ada.DeleteAsync(org, new { slug = Community.SlugOf(org) })).Status, Is.EqualTo(204));
        Assert.That((await bob.PostAsync($"/api/invitations/{token}/accept")), Is.EqualTo(await bob.PostAsync($"/api/invitations/{Unknown()}/accept")));
        Assert.That((await bob.GetAsync("/api/invitations")).Json.GetProperty("items").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task Neither_answer_tells_whether_an_address_has_an_account()
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var bob = await community.AddAsync("known");
        var (known, unknown) = (await InviteAsync(org, bob), await ada.PostAsync($"{org}/invitations", new { email = "nobody@example.com" }));
        Assert.That(Shape(known), Is.EqualTo(Shape(unknown)));

        static string Shape(Answer answer) => $"{answer.Status} {string.Join(' ', answer.Json.EnumerateObject().Select(property => property.Name))}";
    }

    [TestCase("x")]
    [TestCase("0")]
    [TestCase("'; drop table public.invitations; --")]
    [TestCase("%00")]
    [TestCase("00000000-0000-0000-0000-000000000000")]
    public async Task What_is_no_token_finds_nothing(string text)
    {
        Assert.That((await ada.PostAsync($"/api/invitations/{Uri.EscapeDataString(text)}/accept")).Code, Is.EqualTo("resource.not_found"));
        Assert.That((await ada.GetAsync($"/api/invitations/{Unknown()}")).Code, Is.EqualTo("resource.not_found"));
    }

    [Test]
    public async Task No_token_is_kept_in_clear_or_shown_to_the_inviter()
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var bob = await community.AddAsync("bob");
        var sent = await ada.PostAsync($"{org}/invitations", new { email = bob.Email }, ("Idempotency-Key", "kept"));
        var token = await TokenAsync(bob);
        await bob.PostAsync($"/api/invitations/{token}/accept", null, ("Idempotency-Key", "kept"));
        var rows = string.Concat(await community.ListAsync<string>(
            """
            select i::text from public.invitations i union all select l::text from public.audit_log l
            union all select m::text from public.mail_outbox m union all select k::text from public.idempotency_keys k
            """));
        Assert.That(rows + sent.Body + (await ada.GetAsync($"{org}/invitations")).Body, Does.Not.Contain(token));
        Assert.That(rows, Does.Contain(Convert.ToHexStringLower(SHA256.HashData(Base64Url.DecodeFromChars(token)))));
    }

    private Task<Answer> InviteAsync(string org, Person guest, string role = "member") => ada.PostAsync($"{org}/invitations", new { email = guest.Email, role });

    private async Task WaitForLockAsync(CancellationToken cancellationToken)
    {
        while (await community.ReadAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
    }

    private Task<string> TokenAsync(Person guest) => community.InvitationTokenAsync(guest.Email);

    private static string Unknown() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static async Task<Guid> IdAsync(Task<Answer> sent) => (await sent).Json.GetProperty("id").GetGuid();
}

using Tenantry.Service.Mail;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Invitations;

/// <summary>The way of an invitation: sent, previewed, accepted or declined, sent again, taken back.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class InvitationTests : CommunityFixture
{
    [Test]
    public async Task Who_is_invited_by_mail_accepts_and_is_in()
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var bob = await community.AddAsync("bob");
        var sent = await InviteAsync(org, bob);
        Assert.That((sent.Status, sent.Json.GetProperty("role").GetString(), sent.Json.GetProperty("inviterId").GetGuid()), Is.EqualTo((201, "member", ada.Id)));
        var mail = (await community.ListMailAsync(bob.Email)).Single();
        Assert.That((mail.Template, mail.Values["org"], mail.Values["inviter"], mail.Values["role"]), Is.EqualTo((MailTemplate.Invitation, Community.SlugOf(org), ada.Email, "member")));
        var token = mail.Values["token"];
        Assert.That(token, Has.Length.EqualTo(43));

        using var anybody = community.App.CreateClient();
        var preview = await Answer.ToAsync(anybody, HttpMethod.Get, $"/api/invitations/{token}");
        Assert.That((preview.Status, preview.Json.GetProperty("org").GetString(), preview.Json.GetProperty("inviter").GetString(), preview.Json.GetProperty("email").GetString()),
            Is.EqualTo((200, Community.SlugOf(org), ada.Email, bob.Email)));

        var accepted = await bob.PostAsync($"/api/invitations/{token}/accept");
        Assert.That((accepted.Status, accepted.Json.GetProperty("slug").GetString(), accepted.Json.GetProperty("role").GetString()), Is.EqualTo((200, Community.SlugOf(org), "member")));
        Assert.That((await bob.GetAsync($"{org}/projects")).Status, Is.EqualTo(200));
        Assert.That((await bob.GetAsync("/api/me")).Json.GetProperty("emailConfirmed").GetBoolean(), "by holding the token");
        Assert.That((await bob.PostAsync($"/api/invitations/{token}/accept")).Code, Is.EqualTo("invitation.used"));
        Assert.That((await Answer.ToAsync(anybody, HttpMethod.Get, $"/api/invitations/{token}")).Code, Is.EqualTo("invitation.used"));
    }

    [Test]
    public async Task A_confirmed_account_finds_its_invitations_and_accepts_by_id()
    {
        var (org, other) = (await community.MakeOrgAsync(ada, "org"), await community.MakeOrgAsync(ada, "org"));
        var bob = await community.AddConfirmedAsync("bob");
        var id = await IdAsync(InviteAsync(org, bob, "admin"));
        await InviteAsync(other, bob);
        var first = (await bob.GetAsync("/api/invitations?limit=1")).Json;
        var second = (await bob.GetAsync($"/api/invitations?limit=1&after={first.GetProperty("next").GetString()}")).Json;
        Assert.That((first.GetProperty("items")[0].GetProperty("id").GetGuid(), second.GetProperty("items")[0].GetProperty("org").GetString()), Is.EqualTo((id, Community.SlugOf(other))));

        Assert.That((await bob.GetAsync($"/api/invitations/{id}")).Status, Is.EqualTo(200));
        Assert.That((await bob.PostAsync($"/api/invitations/{id}/accept")).Json.GetProperty("role").GetString(), Is.EqualTo("admin"));
        Assert.That((await bob.GetAsync("/api/invitations")).Json.GetProperty("items").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task Who_declines_is_not_in_and_can_be_invited_again()
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var bob = await community.AddAsync("bob");
        await InviteAsync(org, bob);
        var token = await TokenAsync(bob);
        Assert.That((await bob.PostAsync($"/api/invitations/{token}/decline")).Status, Is.EqualTo(204));
        Assert.That((await bob.PostAsync($"/api/invitations/{token}/accept")).Code, Is.EqualTo("invitation.used"));
        Assert.That((await bob.GetAsync(org)).Code, Is.EqualTo("org.not_found"));
        Assert.That((await InviteAsync(org, bob)).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task Sending_again_makes_a_new_token_and_voids_the_former()
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var bob = await community.AddAsync("bob");
        var id = await IdAsync(InviteAsync(org, bob));
        var former = await TokenAsync(bob);
        await community.ExecuteAsync("update public.invitations set expires_at = now() - interval '1 second' where id = @id", new { id });
        Assert.That((await bob.PostAsync($"/api/invitations/{former}/accept")).Code, Is.EqualTo("invitation.expired"));

        var again = await ada.PostAsync($"{org}/invitations/{id}/resend");
        Assert.That((again.Status, again.Json.GetProperty("id").GetGuid()), Is.EqualTo((200, id)));
        Assert.That((await bob.PostAsync($"/api/invitations/{former}/accept")).Code, Is.EqualTo("resource.not_found"));
        Assert.That((await bob.PostAsync($"/api/invitations/{await TokenAsync(bob)}/accept")).Status, Is.EqualTo(200));
        Assert.That((await ada.PostAsync($"{org}/invitations/{id}/resend")).Code, Is.EqualTo("invitation.used"));
    }

    [Test]
    public async Task It_is_taken_back_by_an_admin_or_by_who_sent_it()
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var (bob, carol) = (await community.AddAsync("bob"), await community.AddAsync("carol"));
        await community.JoinAsync(org, bob);
        await community.JoinAsync(org, carol);
        async Task<Guid> BobInvitesAsync() => await IdAsync(bob.PostAsync($"{org}/invitations", new { email = "guest@example.com" }));

        var id = await BobInvitesAsync();
        Assert.That((await carol.DeleteAsync($"{org}/invitations/{id}")) is { Status: 403, Code: "org.admin_required" });
        Assert.That((await bob.DeleteAsync($"{org}/invitations/{id}")).Status, Is.EqualTo(204));
        Assert.That((await ada.DeleteAsync($"{org}/invitations/{id}")).Code, Is.EqualTo("invitation.revoked"));
        Assert.That((await ada.DeleteAsync($"{org}/invitations/{await BobInvitesAsync()}")).Status, Is.EqualTo(204));
        using var anybody = community.App.CreateClient();
        Assert.That((await Answer.ToAsync(anybody, HttpMethod.Get, $"/api/invitations/{await community.InvitationTokenAsync("guest@example.com")}")).Code, Is.EqualTo("invitation.revoked"));
        Assert.That((await ada.DeleteAsync($"{org}/invitations/{Guid.CreateVersion7()}")).Code, Is.EqualTo("resource.not_found"));
    }

    [Test]
    public async Task One_invitation_is_pending_for_an_address_and_an_expired_one_gives_way()
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var bob = await community.AddConfirmedAsync("bob");
        var id = await IdAsync(InviteAsync(org, bob));
        Assert.That((await ada.PostAsync($"{org}/invitations", new { email = " " + bob.Email.ToUpperInvariant() })) is { Status: 409, Code: "invitation.pending" });
        Assert.That((await ada.GetAsync($"{org}/invitations")).Json.GetProperty("items").GetArrayLength(), Is.EqualTo(1));

        await community.ExecuteAsync("update public.invitations set expires_at = now() - interval '1 second' where id = @id", new { id });
        Assert.That((await ada.GetAsync($"{org}/invitations")).Json.GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That((await bob.GetAsync("/api/invitations")).Json.GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That((await InviteAsync(org, bob)).Status, Is.EqualTo(201));
        Assert.That((await ada.PostAsync($"{org}/invitations/{id}/resend")).Code, Is.EqualTo("invitation.expired"), "a newer one has its place");
        Assert.That((await bob.PostAsync($"/api/invitations/{id}/accept")).Code, Is.EqualTo("invitation.expired"));
    }

    [Test]
    public async Task A_member_is_not_invited_and_does_not_join_twice()
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var bob = await community.AddConfirmedAsync("bob");
        var id = await IdAsync(InviteAsync(org, bob));
        await community.JoinAsync(org, bob);
        Assert.That((await InviteAsync(org, bob)) is { Status: 409, Code: "membership.exists" });
        Assert.That((await ada.PostAsync($"{org}/invitations/{id}/resend")).Code, Is.EqualTo("membership.exists"));
        Assert.That((await bob.PostAsync($"/api/invitations/{id}/accept")).Code, Is.EqualTo("membership.exists"));
    }

    [Test]
    public async Task A_repetition_with_its_key_sends_one_mail_and_accepts_once()
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var bob = await community.AddConfirmedAsync("bob");
        var sent = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ada.PostAsync($"{org}/invitations", new { email = bob.Email }, ("Idempotency-Key", "invite-bob"))));
        Assert.That(sent.Select(answer => answer.Status), Is.All.EqualTo(201));
        Assert.That(sent.Distinct().Count(), Is.EqualTo(1));
        Assert.That((await ada.PostAsync($"{org}/invitations", new { email = "x@example.com" }, ("Idempotency-Key", "invite-bob"))).Status, Is.EqualTo(422));
        Assert.That(await community.ListMailAsync(bob.Email), Has.Count.EqualTo(1));

        var id = sent[0].Json.GetProperty("id").GetGuid();
        var accepted = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => bob.PostAsync($"/api/invitations/{id}/accept", null, ("Idempotency-Key", "accept"))));
        Assert.That(accepted.Select(answer => answer.Status), Is.All.EqualTo(200));
    }

    [TestCase("""{"email":"nobody"}""", "email")]
    [TestCase("""{"email":null}""", "email")]
    [TestCase("""{"email":"a@example.com","role":"owner"}""", "role")]
    public async Task A_bad_invitation_is_named_by_field(string body, string field)
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var answer = await ada.PostAsync($"{org}/invitations", body);
        Assert.That((answer.Code, answer.Json.GetProperty("errors").EnumerateObject().Single().Name), Is.EqualTo(("request.invalid", field)));
    }

    private Task<Answer> InviteAsync(string org, Person guest, string role = "member") => ada.PostAsync($"{org}/invitations", new { email = guest.Email, role });

    private Task<string> TokenAsync(Person guest) => community.InvitationTokenAsync(guest.Email);

    private static async Task<Guid> IdAsync(Task<Answer> sent) => (await sent).Json.GetProperty("id").GetGuid();
}

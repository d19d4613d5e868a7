using System.Text.Json;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Accounts;

/// <summary>Who deletes an account leaves every org, and no org without an admin.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class AccountDeletionTests
{
    private AccountsApp accounts = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync() => accounts = await AccountsApp.StartAsync();

    [OneTimeTearDown]
    public async Task CleanAsync() => await accounts.DisposeAsync();

    [Test]
    public async Task An_account_goes_with_its_sessions_and_memberships_and_leaves_what_it_did()
    {
        var admin = await accounts.JoinAsync("stays@example.com");
        var org = await MakeOrgAsync(admin, "leaving");
        var login = await accounts.JoinAsync("goes@example.com");
        var elsewhere = (await accounts.LogInAsync("goes@example.com")).Json;
        var id = await JoinOrgAsync(org, "goes@example.com", "admin");
        await accounts.SendAsync(login, HttpMethod.Post, "/api/orgs/leaving/projects", new { name = "Kept" });

        await accounts.SendAsync(login, HttpMethod.Post, "/api/orgs/leaving/invitations", new { email = "invited@example.com", role = "admin" });

        Assert.That((await DeleteAsync(login, "not the password")).Code, Is.EqualTo("auth.invalid_credentials"));
        Assert.That((await DeleteAsync(login)).Status, Is.EqualTo(204));
        Assert.That((await accounts.IsLiveAsync(login), await accounts.IsLiveAsync(elsewhere)), Is.EqualTo((false, false)));
        Assert.That((await accounts.SendAsync(login, HttpMethod.Get, "/api/orgs/leaving/projects")).Code, Is.EqualTo("auth.required"));
        Assert.That((await accounts.LogInAsync("goes@example.com")).Code, Is.EqualTo("auth.invalid_credentials"));
        Assert.That(await accounts.AskAsync<long>("select count(*) from public.memberships where user_id = @id", new { id }), Is.Zero);
        var projects = (await accounts.SendAsync(admin, HttpMethod.Get, "/api/orgs/leaving/projects")).Json.GetProperty("items");
        Assert.That(projects[0].GetProperty("createdBy").GetGuid(), Is.EqualTo(id), "authorship stays");
        Assert.That(await accounts.AskAsync<long>("select count(*) from public.audit_log where actor_id = @id and org_id = @org and target = @id::text and action = 'membership.deleted'", new { id, org }), Is.EqualTo(1));
        Assert.That(await accounts.AskAsync<string>("select state from public.invitations where org_id = @org", new { org }), Is.EqualTo("revoked"), "nobody comes in on the word of who is gone");
        Assert.That(await accounts.AskAsync<long>("select count(*) from public.audit_log where actor_id = @id and action = 'user.deleted'", new { id }), Is.EqualTo(1));
    }

    [Test]
    public async Task The_last_admin_of_orgs_is_told_which_they_are_and_stays()
    {
        var login = await accounts.JoinAsync("last@example.com");
        await MakeOrgAsync(login, "lasting-b");
        await MakeOrgAsync(login, "lasting-a");
        await accounts.JoinAsync("second@example.com");
        await JoinOrgAsync(await MakeOrgAsync(login, "two-admins"), "second@example.com", "admin");
        await JoinOrgAsync(await MakeOrgAsync(await accounts.JoinAsync("boss@example.com"), "only-member"), "last@example.com", "member");

        var refused = await DeleteAsync(login);
        Assert.That((refused.Status, refused.Code), Is.EqualTo((409, "membership.last_admin")));
        Assert.That(refused.Json.GetProperty("orgs").EnumerateArray().Select(slug => slug.GetString()), Is.EquivalentTo(["lasting-a", "lasting-b"]));
        Assert.That(await accounts.IsLiveAsync(login), Is.True, "nothing has changed");
        Assert.That((await accounts.SendAsync(login, HttpMethod.Get, "/api/orgs/two-admins")).Status, Is.EqualTo(200));
    }

    [TestCase(false, 204)]
    [TestCase(true, 409)]
    public async Task A_deleted_org_holds_its_last_admin_only_while_it_has_others(bool others, int status)
    {
        var login = await accounts.JoinAsync($"deleted-{others}@example.com");
        var org = await MakeOrgAsync(login, $"gone-{others}".ToLowerInvariant());
        if (others)
        {
            await accounts.RegisterAsync("left-behind@example.com");
            await JoinOrgAsync(org, "left-behind@example.com", "member");
        }

        await accounts.AskAsync<int>("update public.tenants set state = 'deleting', deleted_at = now() where id = @org", new { org });
        Assert.That((await DeleteAsync(login)).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Of_the_last_two_admins_who_go_at_once_one_stays()
    {
        for (var i = 0; i < 6; i++)
        {
            var (one, other) = ($"one-{i}@example.com", $"other-{i}@example.com");
            var first = await accounts.JoinAsync(one);
            var second = await accounts.JoinAsync(other);
            // Two orgs in common, so that they would also wait for each other.
            foreach (var org in (string[])[$"pair-{i}-a", $"pair-{i}-b"]) await JoinOrgAsync(await MakeOrgAsync(first, org), other, "admin");
            var answers = await Task.WhenAll(DeleteAsync(first), DeleteAsync(second));
            Assert.That(answers.Select(answer => answer.Status), Is.EquivalentTo([204, 409]));
            Assert.That(answers.Select(answer => answer.Code), Does.Contain("membership.last_admin"));
        }

        Assert.That(await accounts.AskAsync<long>("select count(*) from public.orgs o where o.slug like 'pair-%' and not exists (select from public.memberships m where m.org_id = o.id and m.role = 'admin')"), Is.Zero);
    }

    private Task<Answer> DeleteAsync(JsonElement login, string password = TestApp.Password) => accounts.SendAsync(login, HttpMethod.Delete, "/api/me", new { password });

    private async Task<Guid> MakeOrgAsync(JsonElement login, string slug) =>
        (await accounts.SendAsync(login, HttpMethod.Post, "/api/orgs", new { name = slug, slug })).Json.GetProperty("id").GetGuid();

    private async Task<Guid> JoinOrgAsync(Guid org, string email, string role)
    {
        var user = await accounts.AskAsync<Guid>("select id from public.users where email = @email", new { email });
        await accounts.App.Database.AddMemberAsync(org, user, role, CancellationToken.None);
        return user;
    }
}

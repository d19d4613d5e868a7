using Tenantry.Service.Mail;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Members;

/// <summary>The people of an org: listed, promoted, demoted, removed, and leaving.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class MemberTests : CommunityFixture
{
    [Test]
    public async Task Members_are_listed_page_by_page()
    {
        var (org, bob) = await AnOrgWithAsync("bob");
        await community.JoinAsync(org, await community.AddAsync("eve"));
        var first = (await bob.GetAsync($"{org}/members?limit=2")).Json;
        var second = (await bob.GetAsync($"{org}/members?limit=2&after={first.GetProperty("next").GetString()}")).Json;
        Assert.That(first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray()).Select(member => member.GetProperty("role").GetString()),
            Is.EquivalentTo(["admin", "member", "member"]));
        Assert.That(second.GetProperty("next").GetString(), Is.Null);
        Assert.That(first.GetProperty("items")[0].EnumerateObject().Select(property => property.Name), Is.EquivalentTo(["userId", "name", "email", "role", "joinedAt"]));
    }

    [Test]
    public async Task An_admin_promotes_and_demotes_and_each_is_logged_and_told()
    {
        var (org, bob) = await AnOrgWithAsync("bob");
        var path = $"{org}/members/{bob.Id}";
        Assert.That((await ada.PatchAsync(path, new { role = "admin" }, ("If-Match", "\"1\""))).Json.GetProperty("role").GetString(), Is.EqualTo("admin"));
        Assert.That((await ada.PatchAsync(path, new { role = "member" }, ("If-Match", "\"1\""))).Code, Is.EqualTo("resource.changed"));
        Assert.That((await bob.PatchAsync($"{org}/members/{ada.Id}", new { role = "member" })).Status, Is.EqualTo(200), "an admin's right from the next request on");
        Assert.That((await bob.PatchAsync(path, new { role = "admin" })).Status, Is.EqualTo(200), "no change");

        Assert.That((await community.LogOfAsync(org)).Skip(1), Is.EqualTo([("membership.updated", (Guid?)ada.Id, bob.Id.ToString()), ("membership.updated", bob.Id, ada.Id.ToString())]));
        Assert.That((await community.ListMailAsync(bob.Email)).Select(mail => mail.Template), Is.EqualTo([MailTemplate.MembershipChanged]), "of what another did");
    }

    [Test]
    public async Task A_member_who_is_no_admin_changes_nobody_and_may_leave()
    {
        var (org, bob) = await AnOrgWithAsync("bob");
        Assert.That((await bob.PatchAsync($"{org}/members/{bob.Id}", new { role = "admin" })).Code, Is.EqualTo("org.admin_required"));
        Assert.That((await bob.DeleteAsync($"{org}/members/{ada.Id}")).Code, Is.EqualTo("org.admin_required"));
        Assert.That((await bob.DeleteAsync($"{org}/members/{bob.Id}")).Status, Is.EqualTo(204));
        Assert.That((await bob.GetAsync(org)).Code, Is.EqualTo("org.not_found"));
        Assert.That((await community.LogOfAsync(org))[^1], Is.EqualTo(("membership.deleted", (Guid?)bob.Id, bob.Id.ToString())));
        Assert.That(await community.ListMailAsync(bob.Email), Is.Empty, "who leaves knows");
    }

    [Test]
    public async Task Who_is_removed_keeps_the_authorship_and_loses_the_rest_at_once()
    {
        var (org, bob) = await AnOrgWithAsync("bob");
        var project = (await bob.PostAsync($"{org}/projects", new { name = "Bob's" })).Json.GetProperty("id").GetGuid();
        Assert.That((await ada.DeleteAsync($"{org}/members/{bob.Id}", null, ("If-Match", "\"9\""))).Code, Is.EqualTo("resource.changed"));
        Assert.That((await ada.DeleteAsync($"{org}/members/{bob.Id}")).Status, Is.EqualTo(204));

        Assert.That((await bob.GetAsync($"{org}/projects")).Code, Is.EqualTo("org.not_found"));
        Assert.That((await ada.GetAsync($"{org}/projects/{project}")).Json.GetProperty("createdBy").GetGuid(), Is.EqualTo(bob.Id));
        Assert.That((await community.ListMailAsync(bob.Email)).Single().Values["change"], Is.EqualTo("You are not a member any more."));
        Assert.That((await ada.DeleteAsync($"{org}/members/{bob.Id}")).Code, Is.EqualTo("resource.not_found"));
    }

    [Test]
    public async Task The_last_admin_is_neither_demoted_nor_removed()
    {
        var (org, bob) = await AnOrgWithAsync("bob");
        Assert.That((await ada.PatchAsync($"{org}/members/{ada.Id}", new { role = "member" })) is { Status: 409, Code: "membership.last_admin" });
        Assert.That((await ada.DeleteAsync($"{org}/members/{ada.Id}")) is { Status: 409, Code: "membership.last_admin" });
        Assert.That((await ada.PatchAsync($"{org}/members/{bob.Id}", new { role = "admin" })).Status, Is.EqualTo(200));
        Assert.That((await ada.DeleteAsync($"{org}/members/{ada.Id}")).Status, Is.EqualTo(204));
    }

    [Test]
    public async Task Another_orgs_member_is_answered_as_an_unknown_one()
    {
        var (org, _) = await AnOrgWithAsync("bob");
        var stranger = await community.AddAsync("stranger");
        foreach (var id in (Guid[])[stranger.Id, Guid.CreateVersion7()])
        {
            Assert.That((await ada.GetAsync($"{org}/members/{id}")).Code, Is.EqualTo("resource.not_found"));
            Assert.That((await ada.PatchAsync($"{org}/members/{id}", new { role = "admin" })).Code, Is.EqualTo("resource.not_found"));
            Assert.That((await ada.DeleteAsync($"{org}/members/{id}")).Code, Is.EqualTo("resource.not_found"));
        }
    }

    [TestCase("""{"role":"owner"}""")]
    [TestCase("""{"role":"Admin"}""")]
    [TestCase("""{"role":null}""")]
    [TestCase("{}")]
    public async Task A_role_is_admin_or_member(string body)
    {
        var (org, bob) = await AnOrgWithAsync("bob");
        var answer = await ada.PatchAsync($"{org}/members/{bob.Id}", body);
        Assert.That((answer.Code, answer.Json.GetProperty("errors").EnumerateObject().Single().Name), Is.EqualTo(("request.invalid", "role")));
    }

    private async Task<(string Org, Person Member)> AnOrgWithAsync(string name)
    {
        var org = await community.MakeOrgAsync(ada, "org");
        var member = await community.AddAsync(name);
        await community.JoinAsync(org, member);
        return (org, member);
    }
}

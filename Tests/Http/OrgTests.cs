using Dapper;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Http;

[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class OrgTests
{
    private TestApp app = null!;
    private HttpClient ada = null!;
    private HttpClient bob = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        app = await TestApp.StartAsync(CancellationToken.None);
        ada = await app.ClientForAsync("ada@example.com", CancellationToken.None);
        bob = await app.ClientForAsync("bob@example.com", CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task CleanAsync()
    {
        ada.Dispose();
        bob.Dispose();
        await app.DisposeAsync();
    }

    [Test]
    public async Task An_org_is_made_read_renamed_and_deleted_by_its_admin()
    {
        var made = await Answer.ToAsync(ada, HttpMethod.Post, "/api/orgs", new { name = "Life Inc" });
        Assert.That((made.Status, made.Json.GetProperty("slug").GetString(), made.Json.GetProperty("role").GetString()), Is.EqualTo((201, "life-inc", "admin")));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs")).Body, Does.Contain("life-inc"));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Patch, "/api/orgs/life-inc", new { name = "Life", slug = "life" })).Json.GetProperty("slug").GetString(), Is.EqualTo("life"));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/life-inc/projects")).Code, Is.EqualTo("org.not_found"));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/life/projects")).Status, Is.EqualTo(200));

        Assert.That((await Answer.ToAsync(ada, HttpMethod.Delete, "/api/orgs/life", new { slug = "other" })).Code, Is.EqualTo("request.invalid"));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Delete, "/api/orgs/life", new { slug = "life" })).Status, Is.EqualTo(204));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/life")).Code, Is.EqualTo("org.not_found"));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/life/projects")).Code, Is.EqualTo("org.not_found"));
    }

    [Test]
    public async Task A_slug_given_up_is_kept_for_its_former_org()
    {
        await TestApp.MakeOrgAsync(ada, "before", CancellationToken.None);
        await TestApp.MakeOrgAsync(bob, "bobs", CancellationToken.None);
        await Answer.ToAsync(ada, HttpMethod.Patch, "/api/orgs/before", new { slug = "after" });
        Assert.That((await Answer.ToAsync(bob, HttpMethod.Post, "/api/orgs", new { name = "x", slug = "before" })).Code, Is.EqualTo("slug.taken"));
        Assert.That((await Answer.ToAsync(bob, HttpMethod.Patch, "/api/orgs/bobs", new { slug = "before" })).Code, Is.EqualTo("slug.taken"));
        Assert.That((await Answer.ToAsync(bob, HttpMethod.Patch, "/api/orgs/bobs", new { slug = "after" })).Code, Is.EqualTo("slug.taken"));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Patch, "/api/orgs/after", new { slug = "before" })).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_member_who_is_no_admin_reads_the_org_and_changes_nothing_of_it()
    {
        await TestApp.MakeOrgAsync(ada, "adas", CancellationToken.None);
        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        await server.ExecuteAsync("insert into public.memberships (org_id, user_id, role) select o.id, u.id, 'member' from public.orgs o, public.users u where o.slug = 'adas' and u.email = 'bob@example.com'");

        Assert.That((await Answer.ToAsync(bob, HttpMethod.Get, "/api/orgs/adas")).Json.GetProperty("role").GetString(), Is.EqualTo("member"));
        Assert.That((await Answer.ToAsync(bob, HttpMethod.Post, "/api/orgs/adas/projects", new { name = "x" })).Status, Is.EqualTo(201));
        Assert.That((await Answer.ToAsync(bob, HttpMethod.Patch, "/api/orgs/adas", new { name = "x" })) is { Status: 403, Code: "org.admin_required" });
        Assert.That((await Answer.ToAsync(bob, HttpMethod.Delete, "/api/orgs/adas", new { slug = "adas" })) is { Status: 403, Code: "org.admin_required" });
    }

    [TestCase("\"; drop schema public cascade; --")]
    [TestCase("Acme")]
    [TestCase("pg_x")]
    [TestCase("none")]
    [TestCase("current_user")]
    [TestCase("аcme")]
    [TestCase("a")]
    [TestCase("")]
    public async Task A_hostile_slug_is_refused_and_named(string slug)
    {
        var answer = await Answer.ToAsync(ada, HttpMethod.Post, "/api/orgs", new { name = "x", slug });
        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "request.invalid")));
        Assert.That(answer.Json.GetProperty("errors").TryGetProperty("slug", out _), answer.Body);
    }

    [Test]
    public async Task A_stale_if_match_does_not_rename()
    {
        await TestApp.MakeOrgAsync(ada, "tagged", CancellationToken.None);
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Patch, "/api/orgs/tagged", new { name = "B" }, ("If-Match", "\"1\""))).Status, Is.EqualTo(200));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Patch, "/api/orgs/tagged", new { name = "C" }, ("If-Match", "\"1\""))).Code, Is.EqualTo("resource.changed"));
    }

    [Test]
    public async Task A_name_that_makes_no_slug_asks_for_one() =>
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Post, "/api/orgs", new { name = "漢字" })).Body, Does.Contain("slug"));
}

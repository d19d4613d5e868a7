using System.Text.Json;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Log;

/// <summary>An org's log over HTTP.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class LogTests
{
    private Community community = null!;
    private Person ada = null!;
    private Person bob = null!;
    private string org = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        community = await Community.StartAsync();
        (ada, bob) = (await community.AddAsync("ada"), await community.AddAsync("bob"));
        org = await community.MakeOrgAsync(ada, "org");
        await community.JoinAsync(org, bob, "admin");
        foreach (var email in (string[])["a@example.com", "b@example.com"]) await ada.PostAsync($"{org}/invitations", new { email });
        await bob.PatchAsync($"{org}/members/{bob.Id}", new { role = "member" });
    }

    [OneTimeTearDown]
    public async Task CleanAsync() => await community.DisposeAsync();

    [Test]
    public async Task It_is_read_newest_first_page_by_page()
    {
        var first = (await ada.GetAsync($"{org}/log?limit=3")).Json;
        var second = (await ada.GetAsync($"{org}/log?limit=3&after={first.GetProperty("next").GetString()}")).Json;
        Assert.That(Actions(first).Concat(Actions(second)), Is.EqualTo(["membership.updated", "invitation.created", "invitation.created", "org.created"]));
        Assert.That(second.GetProperty("next").GetString(), Is.Null);
    }

    [Test]
    public async Task A_row_says_who_did_what_on_what_from_where_and_when()
    {
        var row = (await ada.GetAsync($"{org}/log?limit=1")).Json.GetProperty("items")[0];
        Assert.That((row.GetProperty("actorId").GetGuid(), row.GetProperty("actorKind").GetString(), row.GetProperty("actor").GetString(), row.GetProperty("target").GetString()),
            Is.EqualTo((bob.Id, "user", bob.Email, bob.Id.ToString())));
        Assert.That(row.GetProperty("origin").GetString(), Does.Contain("127.0.0.1"));
        Assert.That(row.GetProperty("details").GetRawText(), Is.EqualTo("""{"to":"member","from":"admin"}"""));
        Assert.That(row.GetProperty("at").GetDateTimeOffset().Offset, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task It_is_filtered_by_action_actor_and_time()
    {
        async Task<IEnumerable<string>> ReadAsync(string query) => Actions((await ada.GetAsync($"{org}/log?{query}")).Json);
        var at = (await ada.GetAsync($"{org}/log?action=org.created")).Json.GetProperty("items")[0].GetProperty("at").GetDateTimeOffset();
        var (then, after) = (Uri.EscapeDataString(at.ToOffset(TimeSpan.FromHours(2)).ToString("O")), at.AddTicks(10).UtcDateTime.ToString("O"));

        Assert.That(await ReadAsync($"actor={bob.Id}"), Is.EqualTo(["membership.updated"]));
        Assert.That(await ReadAsync("action=invitation.created&limit=1"), Is.EqualTo(["invitation.created"]));
        Assert.That(await ReadAsync($"since={after}"), Has.Exactly(3).Items.And.None.EqualTo("org.created"));
        Assert.That(await ReadAsync($"until={after}&since={then}"), Is.EqualTo(["org.created"]));
        Assert.That(await ReadAsync($"actor={Guid.CreateVersion7()}"), Is.Empty);
    }

    [TestCase("action=org.exploded", "action")]
    [TestCase("action=OrgCreated", "action")]
    [TestCase("actor=ada", "actor")]
    [TestCase("since=yesterday", "since")]
    [TestCase("since=2026-02-01&until=2026-01-01", "until")]
    [TestCase("limit=201", "limit")]
    [TestCase("after=x", "after")]
    public async Task A_bad_filter_is_named_by_field(string query, string field)
    {
        var answer = await ada.GetAsync($"{org}/log?{query}");
        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "request.invalid")));
        Assert.That(answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name), Is.EqualTo([field]));
    }

    [Test]
    public async Task It_is_for_admins_and_a_cursor_of_another_orgs_log_leads_nowhere()
    {
        Assert.That((await bob.GetAsync($"{org}/log")) is { Status: 403, Code: "org.admin_required" });
        var bobs = await community.MakeOrgAsync(bob, "bobs");
        await community.MakeOrgAsync(bob, "bobs");
        var cursor = (await ada.GetAsync($"{org}/log?limit=1")).Json.GetProperty("next").GetString();
        Assert.That(Actions((await bob.GetAsync($"{bobs}/log?after={cursor}")).Json), Is.Empty);
        Assert.That(Actions((await bob.GetAsync($"{bobs}/log")).Json), Is.EqualTo(["org.created"]));
    }

    private static IEnumerable<string> Actions(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(row => row.GetProperty("action").GetString()!);
}

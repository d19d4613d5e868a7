using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Http;

/// <summary>Projects and tasks as a member uses them. The tests share one service; each has its own org.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class ProjectTests
{
    private static int orgs;
    private TestApp app = null!;
    private HttpClient ada = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        app = await TestApp.StartAsync(CancellationToken.None);
        ada = await app.ClientForAsync("ada@example.com", CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task CleanAsync()
    {
        ada.Dispose();
        await app.DisposeAsync();
    }

    [Test]
    public async Task A_project_lives_through_post_get_patch_list_and_delete()
    {
        var org = await NewOrgAsync();
        var made = await SendAsync(HttpMethod.Post, $"{org}/projects", new { name = "Rocket", description = "To the moon" });
        Assert.That(made.Status, Is.EqualTo(201));
        var id = made.Json.GetProperty("id").GetGuid();
        Assert.That(id.Version, Is.EqualTo(7));

        Assert.That((await SendAsync(HttpMethod.Get, $"{org}/projects/{id}")).Json.GetProperty("name").GetString(), Is.EqualTo("Rocket"));
        var patched = await SendAsync(HttpMethod.Patch, $"{org}/projects/{id}", new { status = "archived" });
        Assert.That((patched.Json.GetProperty("status").GetString(), patched.Json.GetProperty("description").GetString()), Is.EqualTo(("archived", "To the moon")));
        Assert.That(Ids(await SendAsync(HttpMethod.Get, $"{org}/projects?status=archived")), Is.EqualTo([id]));
        Assert.That(Ids(await SendAsync(HttpMethod.Get, $"{org}/projects?status=active")), Is.Empty);
        Assert.That((await SendAsync(HttpMethod.Delete, $"{org}/projects/{id}")).Status, Is.EqualTo(204));
        Assert.That((await SendAsync(HttpMethod.Get, $"{org}/projects/{id}")).Code, Is.EqualTo("resource.not_found"));
    }

    [Test]
    public async Task A_task_keeps_what_a_patch_does_not_give_and_drops_what_it_nulls()
    {
        var org = await NewOrgAsync();
        var project = (await SendAsync(HttpMethod.Post, $"{org}/projects", new { name = "Rocket" })).Json.GetProperty("id").GetGuid();
        var assignee = Guid.CreateVersion7();
        var made = await SendAsync(HttpMethod.Post, $"{org}/projects/{project}/tasks", new { title = "Fuel", dueOn = "2026-12-01", assigneeId = assignee });
        Assert.That(made.Status, Is.EqualTo(201));
        var path = $"{org}/projects/{project}/tasks/{made.Json.GetProperty("id").GetGuid()}";

        var kept = (await SendAsync(HttpMethod.Patch, path, new { done = true })).Json;
        Assert.That((kept.GetProperty("done").GetBoolean(), kept.GetProperty("dueOn").GetString(), kept.GetProperty("assigneeId").GetGuid()), Is.EqualTo((true, "2026-12-01", assignee)));
        var dropped = (await SendAsync(HttpMethod.Patch, path, """{"dueOn":null,"assigneeId":null}""")).Json;
        Assert.That((dropped.GetProperty("dueOn").ValueKind, dropped.GetProperty("assigneeId").ValueKind), Is.EqualTo((JsonValueKind.Null, JsonValueKind.Null)));
        Assert.That(dropped.GetProperty("title").GetString(), Is.EqualTo("Fuel"));
        Assert.That((await SendAsync(HttpMethod.Delete, path)).Status, Is.EqualTo(204));
    }

    [Test]
    public async Task Tasks_of_an_unknown_project_are_not_found_and_of_an_empty_one_are_none()
    {
        var org = await NewOrgAsync();
        var made = await SendAsync(HttpMethod.Post, $"{org}/projects", new { name = "Rocket" });
        Assert.That(made.Status, Is.EqualTo(201), made.Body);
        var project = made.Json.GetProperty("id").GetGuid();
        Assert.That(Ids(await SendAsync(HttpMethod.Get, $"{org}/projects/{project}/tasks")), Is.Empty);
        Assert.That((await SendAsync(HttpMethod.Get, $"{org}/projects/{Guid.CreateVersion7()}/tasks")).Code, Is.EqualTo("resource.not_found"));
        Assert.That((await SendAsync(HttpMethod.Post, $"{org}/projects/{Guid.CreateVersion7()}/tasks", new { title = "x" })).Code, Is.EqualTo("resource.not_found"));
    }

    [Test]
    public async Task Pages_follow_one_another_without_gap_or_overlap()
    {
        var org = await NewOrgAsync();
        var added = new List<Guid>();
        for (var i = 0; i < 7; i++) added.Add((await SendAsync(HttpMethod.Post, $"{org}/projects", new { name = $"P{i}" })).Json.GetProperty("id").GetGuid());

        var seen = new List<Guid>();
        string? next = null;
        do
        {
            var page = await SendAsync(HttpMethod.Get, $"{org}/projects?limit=3" + (next is null ? "" : $"&after={next}"));
            Assert.That(page.Status, Is.EqualTo(200));
            seen.AddRange(Ids(page));
            next = page.Json.GetProperty("next").GetString();
        }
        while (next is not null && seen.Count < 100);
        // By id: of two made in one millisecond either may be the first.
        Assert.That(seen, Is.EqualTo(added.Order()));
    }

    [Test]
    public async Task The_header_names_the_org_as_the_path_does()
    {
        var org = await NewOrgAsync();
        await SendAsync(HttpMethod.Post, $"{org}/projects", new { name = "Rocket" });
        var byHeader = await SendAsync(HttpMethod.Get, "/api/projects", null, ("X-Org", org.Split('/')[^1].ToUpperInvariant()));
        Assert.That(byHeader, Is.EqualTo(await SendAsync(HttpMethod.Get, $"{org}/projects")));
        Assert.That((await SendAsync(HttpMethod.Get, "/api/projects")).Code, Is.EqualTo("org.required"));
        Assert.That((await SendAsync(HttpMethod.Get, $"{org}/projects", null, ("X-Org", "other"))).Code, Is.EqualTo("org.ambiguous"));
    }

    [Test]
    public async Task A_stale_if_match_changes_nothing()
    {
        var org = await NewOrgAsync();
        using var made = await ada.PostAsJsonAsync($"{org}/projects", new { name = "Rocket" });
        var path = $"{org}/projects/{(await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid()}";
        var tag = made.Headers.ETag!.Tag;

        Assert.That((await SendAsync(HttpMethod.Patch, path, new { name = "A" }, ("If-Match", tag))).Status, Is.EqualTo(200));
        foreach (var stale in (string[])[tag, "W/" + tag, "\"nonsense\"", "nonsense"])
        {
            Assert.That((await SendAsync(HttpMethod.Patch, path, new { name = "B" }, ("If-Match", stale))).Code, Is.EqualTo("resource.changed"), stale);
            Assert.That((await SendAsync(HttpMethod.Delete, path, null, ("If-Match", stale))).Code, Is.EqualTo("resource.changed"), stale);
        }

        Assert.That((await SendAsync(HttpMethod.Patch, path, new { name = "C" }, ("If-Match", "\"1\", \"2\""))).Status, Is.EqualTo(200), "one of several");
        Assert.That((await SendAsync(HttpMethod.Patch, path, new { name = "D" }, ("If-Match", "*"))).Status, Is.EqualTo(200), "any");
        Assert.That((await SendAsync(HttpMethod.Patch, $"{org}/projects/{Guid.CreateVersion7()}", new { name = "B" }, ("If-Match", tag))).Code, Is.EqualTo("resource.not_found"));
    }

    [Test]
    public async Task A_post_repeated_with_its_key_is_answered_again_and_adds_nothing()
    {
        var org = await NewOrgAsync();
        var key = ("Idempotency-Key", "abc");
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => SendAsync(HttpMethod.Post, $"{org}/projects", new { name = "Rocket" }, key)));
        Assert.That(answers.Distinct().Count(), Is.EqualTo(1));
        Assert.That(answers[0].Status, Is.EqualTo(201));
        Assert.That(Ids(await SendAsync(HttpMethod.Get, $"{org}/projects")).Count(), Is.EqualTo(1));
        Assert.That((await SendAsync(HttpMethod.Post, $"{org}/projects", new { name = "Other" }, key)).Code, Is.EqualTo("idempotency.mismatch"));

        // The key is the tenant's: in another org it is new.
        Assert.That((await SendAsync(HttpMethod.Post, $"{await NewOrgAsync()}/projects", new { name = "Other" }, key)).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task A_post_that_failed_leaves_its_key_free()
    {
        var org = await NewOrgAsync();
        var path = $"{org}/projects/{Guid.CreateVersion7()}/tasks";
        Assert.That((await SendAsync(HttpMethod.Post, path, new { title = "x" }, ("Idempotency-Key", "k"))).Code, Is.EqualTo("resource.not_found"));
        Assert.That((await SendAsync(HttpMethod.Post, $"{org}/projects", new { name = "x" }, ("Idempotency-Key", "k"))).Status, Is.EqualTo(201));
    }

    [TestCase("""{"name":5}""", "name")]
    [TestCase("""{"name":""", "name")]
    [TestCase("""{}""", "name")]
    [TestCase("""{"name":""}""", "name")]
    [TestCase("""{"name":"x","status":"odd"}""", "status")]
    [TestCase("[]", "body")]
    [TestCase("nonsense", "body")]
    public async Task Bad_input_is_named_by_field(string body, string field)
    {
        var answer = await SendAsync(HttpMethod.Post, $"{await NewOrgAsync()}/projects", body);
        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "request.invalid")));
        Assert.That(answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name), Is.EqualTo([field]), answer.Body);
    }

    [TestCase("limit=0", "limit")]
    [TestCase("limit=201", "limit")]
    [TestCase("limit=x", "limit")]
    [TestCase("after=x", "after")]
    [TestCase("status=x", "status")]
    public async Task A_bad_query_is_named_by_field(string query, string field)
    {
        var answer = await SendAsync(HttpMethod.Get, $"{await NewOrgAsync()}/projects?{query}");
        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "request.invalid")));
        Assert.That(answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name), Is.EqualTo([field]), answer.Body);
    }

    [Test]
    public async Task Hostile_input_is_refused_without_words_of_sql()
    {
        var org = await NewOrgAsync();
        var nul = await SendAsync(HttpMethod.Post, $"{org}/projects", """{"name":"a\u0000b"}""");
        Assert.That((nul.Status, nul.Code), Is.EqualTo((400, "request.invalid")));
        // Asked first whether it may be sent: the server closes a connection on which somebody goes on sending.
        var large = $$"""{"name":"{{new string('x', 2_000_000)}}"}""";
        Assert.That((await SendAsync(HttpMethod.Post, $"{org}/projects", large, ("Expect", "100-continue"))).Code, Is.EqualTo("request.too_large"));
        using var text = new StringContent("name=x");
        using var typed = await ada.PostAsync(new Uri($"{org}/projects", UriKind.Relative), text);
        Assert.That((int)typed.StatusCode, Is.EqualTo(415));
        Assert.That((await SendAsync(HttpMethod.Get, $"{org}/projects/not-a-guid")).Code, Is.EqualTo("resource.not_found"));
        Assert.That((await SendAsync(HttpMethod.Put, $"{org}/projects")).Code, Is.EqualTo("request.method_not_allowed"));
        foreach (var slug in (string[])["%22%3B%20drop%20schema%20public%20cascade%3B--", "pg_x", "none", "current_user", "%D0%B0cme", new string('a', 70)])
            Assert.That((await SendAsync(HttpMethod.Get, $"/api/orgs/{slug}/projects")).Code, Is.EqualTo("org.not_found"), slug);
    }

    [TestCase("text/html")]
    [TestCase("image/*")]
    [TestCase("&pN}x8~|P/8")]
    public async Task An_error_has_all_its_parts_whatever_the_caller_accepts(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/orgs/no-such-org/projects");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await ada.SendAsync(request);
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("\"code\":\"org.not_found\"").And.Contain("\"traceId\":").And.Contain("\"title\":"));
    }

    [Test]
    public async Task Suspended_unavailable_and_unknown_are_three_different_answers()
    {
        var org = await NewOrgAsync();
        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        async Task<Answer> InAsync(string state)
        {
            await server.ExecuteAsync("update public.tenants t set state = @state from public.orgs o where o.id = t.id and o.slug = @slug", new { state, slug = org.Split('/')[^1] });
            return await SendAsync(HttpMethod.Get, $"{org}/projects");
        }

        Assert.That((await InAsync("suspended")).Code, Is.EqualTo("org.suspended"));
        Assert.That((await InAsync("provisioning")) is { Status: 503, Code: "org.unavailable" });
        Assert.That((await InAsync("deleting")).Code, Is.EqualTo("org.not_found"));
        Assert.That((await InAsync("active")).Status, Is.EqualTo(200));
    }

    private async Task<string> NewOrgAsync()
    {
        var slug = $"org-{Interlocked.Increment(ref orgs)}";
        await TestApp.MakeOrgAsync(ada, slug, CancellationToken.None);
        return $"/api/orgs/{slug}";
    }

    private Task<Answer> SendAsync(HttpMethod method, string path, object? body = null, params (string, string)[] headers) => Answer.ToAsync(ada, method, path, body, headers);

    private static IEnumerable<Guid> Ids(Answer page) => page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid());
}

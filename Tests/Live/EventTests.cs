using Dapper;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Live;

/// <summary>What a stream tells, on whichever node the change is made.</summary>
internal sealed class EventTests
{
    private LiveOrg org = null!;

    [SetUp]
    public async Task PrepareAsync() => org = await LiveOrg.CreateAsync(CancellationToken.None);

    [TearDown]
    public async Task CleanAsync() => await org.DisposeAsync();

    [Test, CancelAfter(60_000)]
    public async Task Each_change_is_told_once_on_every_node_and_to_no_other_org(CancellationToken cancellationToken)
    {
        await TestApp.MakeOrgAsync(org.Ada, "other", cancellationToken);
        await org.AddProjectAsync("before");
        using var mia = await org.ClientOnAsync(org.Two, "mia", cancellationToken);
        await using var here = await EventListener.OpenAsync(org.Ada, "/api/orgs/acme/events", cancellationToken);
        await using var there = await EventListener.OpenAsync(mia, "/api/events", cancellationToken, ("X-Org", "acme"));
        await using var elsewhere = await EventListener.OpenAsync(org.Ada, "/api/orgs/other/events", cancellationToken);

        var project = await org.AddProjectAsync();
        async Task<Answer> SendAsync(HttpMethod method, string path, object? body = null) => await Answer.ToAsync(org.Ada, method, $"/api/orgs/acme/projects/{project}{path}", body);
        var task = (await SendAsync(HttpMethod.Post, "/tasks", new { title = "x" })).Json.GetProperty("id").GetGuid();
        await SendAsync(HttpMethod.Patch, $"/tasks/{task}", new { done = true });
        await SendAsync(HttpMethod.Delete, $"/tasks/{task}");
        await SendAsync(HttpMethod.Patch, "", new { name = "y" });
        // What changes nothing is not told.
        Assert.That((await Answer.ToAsync(org.Ada, HttpMethod.Patch, $"/api/orgs/acme/projects/{project}", new { name = "z" }, ("If-Match", "\"1\""))).Status, Is.EqualTo(412));
        Assert.That((await SendAsync(HttpMethod.Delete, $"/tasks/{task}")).Status, Is.EqualTo(404));
        await SendAsync(HttpMethod.Delete, "");

        (string?, Guid)[] expected =
        [
            ("project.created", project), ("task.created", task), ("task.updated", task), ("task.deleted", task), ("project.updated", project), ("project.deleted", project),
        ];
        foreach (var stream in (EventListener[])[here, there])
            foreach (var change in expected) Assert.That(await stream.NextEventAsync(), Is.EqualTo(change));

        var added = await Answer.ToAsync(org.Ada, HttpMethod.Post, "/api/orgs/other/projects", new { name = "x" });
        Assert.That(await elsewhere.NextEventAsync(), Is.EqualTo(("project.created", added.Json.GetProperty("id").GetGuid())), "its first event is its own");
    }

    [Test, CancelAfter(60_000)]
    public async Task A_stream_resumes_after_the_last_event_that_was_had(CancellationToken cancellationToken)
    {
        string? last;
        await using (var first = await EventListener.OpenAsync(org.Ada, "/api/orgs/acme/events", cancellationToken))
        {
            await org.AddProjectAsync();
            last = (await first.NextAsync())!.Value.Id;
        }

        // Seconds before, as events are that were told long ago.
        await org.ExecuteAsync($"do $$ begin execute format('update %I.events set id = ''01890000-0000-7000-8000-000000000000'', at = now()', (select schema_name from public.tenants)); end $$");
        var missed = await org.AddProjectAsync();
        await using var again = await EventListener.OpenAsync(org.Ada, "/api/orgs/acme/events", cancellationToken, ("Last-Event-ID", last!));
        Assert.That(await again.NextEventAsync(), Is.EqualTo(("project.created", missed)));
        var next = await org.AddProjectAsync();
        Assert.That(await again.NextEventAsync(), Is.EqualTo(("project.created", next)));

        await using var all = await EventListener.OpenAsync(org.Ada, "/api/orgs/acme/events", cancellationToken, ("Last-Event-ID", "01880000-0000-7000-8000-000000000000"));
        for (var i = 0; i < 3; i++) Assert.That((await all.NextEventAsync()).Kind, Is.EqualTo("project.created"));
        Assert.That((await Answer.ToAsync(org.Ada, HttpMethod.Get, "/api/orgs/acme/events", null, ("Last-Event-ID", "1; drop"))).Code, Is.EqualTo("request.invalid"));
    }

    // Announced by nobody, as when the announcement is lost.
    [Test, CancelAfter(60_000)]
    public async Task An_event_that_is_not_announced_is_found_by_looking(CancellationToken cancellationToken)
    {
        await using var stream = await EventListener.OpenAsync(org.Ada, "/api/orgs/acme/events", cancellationToken);
        var id = Guid.CreateVersion7();
        await org.ExecuteAsync($"do $$ begin execute format('insert into %I.events (id, kind, subject_id, actor_id) values (''{id}'', ''x'', ''{id}'', ''{id}'')', (select schema_name from public.tenants)); end $$");
        Assert.That(await stream.NextEventAsync(), Is.EqualTo(("x", id)));
    }

    [Test, CancelAfter(60_000)]
    public async Task Idle_streams_hold_no_connection_of_the_data_plane(CancellationToken cancellationToken)
    {
        await using var narrow = TestApp.StartOn(org.One.Database, ("Tenancy:DataPoolSize", "1"));
        using var ada = await org.ClientOnAsync(narrow, "ada", cancellationToken);
        await using var first = await EventListener.OpenAsync(ada, "/api/orgs/acme/events", cancellationToken);
        await using var second = await EventListener.OpenAsync(ada, "/api/orgs/acme/events", cancellationToken);
        var project = await org.AddProjectAsync("x", ada);
        Assert.That(await first.NextEventAsync(), Is.EqualTo(("project.created", project)));
        Assert.That(await second.NextEventAsync(), Is.EqualTo(("project.created", project)));
    }

    [Test, CancelAfter(60_000)]
    public async Task One_user_has_ten_streams_and_others_have_their_own(CancellationToken cancellationToken)
    {
        var streams = new List<EventListener>();
        for (var i = 0; i < 10; i++) streams.Add(await EventListener.OpenAsync(org.Ada, "/api/orgs/acme/events", cancellationToken));
        using (var refused = await org.Ada.GetAsync(new Uri("/api/orgs/acme/events", UriKind.Relative), cancellationToken))
        {
            Assert.That(((int)refused.StatusCode, refused.Headers.RetryAfter?.Delta), Is.EqualTo((429, (TimeSpan?)TimeSpan.FromSeconds(10))));
            Assert.That(await refused.Content.ReadAsStringAsync(cancellationToken), Does.Contain("rate.limited"));
        }

        using var mia = await org.ClientOnAsync(org.One, "mia", cancellationToken);
        streams.Add(await EventListener.OpenAsync(mia, "/api/orgs/acme/events", cancellationToken));
        await streams[0].DisposeAsync();
        // The server learns of it in its own time.
        for (var status = 429; status == 429;)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/orgs/acme/events", UriKind.Relative));
            using var answer = await org.Ada.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            status = (int)answer.StatusCode;
        }

        foreach (var stream in streams.Skip(1)) await stream.DisposeAsync();
    }

    [Test, CancelAfter(60_000)]
    public async Task A_token_in_the_query_is_no_token(CancellationToken cancellationToken)
    {
        using var bare = org.One.CreateClient();
        var token = org.Ada.DefaultRequestHeaders.Authorization!.Parameter;
        Assert.That((await Answer.ToAsync(bare, HttpMethod.Get, $"/api/orgs/acme/events?access_token={token}")).Code, Is.EqualTo("auth.required"));
        await using var control = await EventListener.OpenAsync(bare, "/api/orgs/acme/events", cancellationToken, ("Authorization", $"Bearer {token}"));
    }

    [Test, CancelAfter(60_000)]
    public async Task What_is_announced_is_an_id_and_nothing_else(CancellationToken cancellationToken)
    {
        await using var anybody = await TestDatabase.OpenAsync(org.One.Database.Logins.Auditor, cancellationToken);
        var heard = new List<string>();
        anybody.Notification += (_, notification) => heard.Add(notification.Payload);
        await anybody.ExecuteAsync("listen tenantry");
        await org.AddProjectAsync("secret");
        await anybody.WaitAsync(cancellationToken);
        await org.ExecuteAsync("delete from public.memberships where role = 'member'; update public.tenants set state = 'suspended'; update public.sessions set ended_at = now()");
        await anybody.WaitAsync(cancellationToken);
        await using var server = await org.One.Database.OpenAdminAsync(cancellationToken);
        var ids = (await server.QueryAsync<string>("select id::text from public.orgs union select id::text from public.users")).AsList();
        Assert.That(heard.Distinct(), Is.SubsetOf(ids).And.Not.Empty);
    }
}

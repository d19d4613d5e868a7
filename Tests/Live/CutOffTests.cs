using System.Diagnostics;
using Npgsql;
using Tenantry.Tests.Foundation;
using Tenantry.Tests.Pooling;
using Tenantry.Tests.Tenancy;

namespace Tenantry.Tests.Live;

/// <summary>A stream ends with the right to it, on every node, and with nobody else's.</summary>
internal sealed class CutOffTests
{
    // As it says a second, and machines that run tests are slow.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    private const string Bobs = "(select id from public.users where email = 'bob@example.com')";

    [CancelAfter(60_000)]
    [TestCase($"delete from public.memberships where user_id = {Bobs}", "org.not_found")]
    [TestCase($"update public.sessions set ended_at = now() where user_id = {Bobs}", "auth.required")]
    [TestCase($"update public.sessions set expires_at = now() where user_id = {Bobs}", "auth.required")]
    [TestCase($"delete from public.sessions where user_id = {Bobs}", "auth.required")]
    [TestCase($"delete from public.users where id = {Bobs}", "auth.required")]
    public async Task What_ends_one_members_right_ends_that_members_streams_only(string change, string code, CancellationToken cancellationToken)
    {
        await using var org = await LiveOrg.CreateAsync(cancellationToken);
        var (here, there) = (await org.ClientOnAsync(org.One, "bob", cancellationToken), await org.ClientOnAsync(org.Two, "bob", cancellationToken));
        await using var first = await EventListener.OpenAsync(here, "/api/orgs/acme/events", cancellationToken);
        await using var second = await EventListener.OpenAsync(there, "/api/orgs/acme/events", cancellationToken);
        var mia = await org.ClientOnAsync(org.Two, "mia", cancellationToken);
        await using var stays = await EventListener.OpenAsync(mia, "/api/orgs/acme/events", cancellationToken);

        await CutAsync(() => org.ExecuteAsync(change), code, first, second);
        var project = await org.AddProjectAsync("after");
        Assert.That(await stays.NextEventAsync(), Is.EqualTo(("project.created", project)), "who stays is told on");
    }

    [CancelAfter(60_000)]
    [TestCase("update public.tenants set state = 'suspended'", "org.suspended")]
    [TestCase("update public.tenants set state = 'deleting'", "org.not_found")]
    [TestCase("delete from public.tenants", "org.not_found")]
    public async Task What_ends_an_org_ends_all_its_streams(string change, string code, CancellationToken cancellationToken)
    {
        await using var org = await LiveOrg.CreateAsync(cancellationToken);
        var mia = await org.ClientOnAsync(org.Two, "mia", cancellationToken);
        await using var first = await EventListener.OpenAsync(org.Ada, "/api/orgs/acme/events", cancellationToken);
        await using var second = await EventListener.OpenAsync(mia, "/api/orgs/acme/events", cancellationToken);
        await CutAsync(() => org.ExecuteAsync(change), code, first, second);
    }

    [Test, CancelAfter(60_000)]
    public async Task A_logout_and_a_removal_over_http_end_streams_on_the_other_node(CancellationToken cancellationToken)
    {
        await using var org = await LiveOrg.CreateAsync(cancellationToken);
        var (mia, bob) = (await org.ClientOnAsync(org.Two, "mia", cancellationToken), await org.ClientOnAsync(org.Two, "bob", cancellationToken));
        await using var removed = await EventListener.OpenAsync(bob, "/api/orgs/acme/events", cancellationToken);
        await using var loggedOut = await EventListener.OpenAsync(mia, "/api/orgs/acme/events", cancellationToken);
        await using var stays = await EventListener.OpenAsync(await org.ClientOnAsync(org.Two, "mia", cancellationToken), "/api/orgs/acme/events", cancellationToken);

        await CutAsync(() => Answer.ToAsync(mia, HttpMethod.Post, "/api/auth/logout"), "auth.required", loggedOut);
        var id = (await Answer.ToAsync(bob, HttpMethod.Get, "/api/me")).Json.GetProperty("id").GetGuid();
        await CutAsync(async () => Assert.That((await Answer.ToAsync(org.Ada, HttpMethod.Delete, $"/api/orgs/acme/members/{id}")).Status, Is.EqualTo(204)), "org.not_found", removed);
        var project = await org.AddProjectAsync();
        Assert.That(await stays.NextEventAsync(), Is.EqualTo(("project.created", project)), "Mia's other session is told on");
    }

    [Test, CancelAfter(60_000)]
    public async Task A_rename_leaves_the_stream_in_its_org_and_never_leads_to_another(CancellationToken cancellationToken)
    {
        await using var org = await LiveOrg.CreateAsync(cancellationToken);
        await using var stream = await EventListener.OpenAsync(org.Ada, "/api/orgs/acme/events", cancellationToken);
        await org.ExecuteAsync("update public.orgs set slug = 'renamed'");
        await TestApp.MakeOrgAsync(org.Ada, "acme", cancellationToken);
        await org.AddProjectAsync("of the new acme");
        var own = (await Answer.ToAsync(org.Ada, HttpMethod.Post, "/api/orgs/renamed/projects", new { name = "own" })).Json.GetProperty("id").GetGuid();
        Assert.That(await stream.NextEventAsync(), Is.EqualTo(("project.created", own)));
    }

    [Test, CancelAfter(60_000)]
    public async Task While_the_listening_connection_is_down_streams_look_by_themselves_and_it_comes_back(CancellationToken cancellationToken)
    {
        await using var org = await LiveOrg.CreateAsync(cancellationToken);
        var bob = await org.ClientOnAsync(org.Two, "bob", cancellationToken);
        await using var stream = await EventListener.OpenAsync(bob, "/api/orgs/acme/events", cancellationToken);
        await using var stays = await EventListener.OpenAsync(org.Ada, "/api/orgs/acme/events", cancellationToken);
        // No new connections of the control login, so that the listeners stay away.
        await org.ExecuteAsync("do $$ begin execute format('alter role %I connection limit 0', current_database() || '_control'); end $$; select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'tenantry listener' and datname = current_database()");
        await CutAsync(() => org.ExecuteAsync($"delete from public.memberships where user_id = {Bobs}"), "org.not_found", stream);
        await org.ExecuteAsync("do $$ begin execute format('alter role %I connection limit -1', current_database() || '_control'); end $$");
        var project = await org.AddProjectAsync();
        Assert.That(await stays.NextEventAsync(), Is.EqualTo(("project.created", project)));
    }

    [Test, CancelAfter(60_000)]
    public async Task Behind_a_transaction_pooler_streams_look_by_themselves(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        await using var pooler = await TestPgBouncer.StartAsync(database, 4, cancellationToken);
        await using var app = TestApp.StartOn(database, ("ConnectionStrings:Control", pooler.Through(database.Logins.Control)), ("ConnectionStrings:Data", pooler.Through(database.Logins.Data)));
        using var ada = await app.ClientForAsync("ada@example.com", cancellationToken);
        await TestApp.MakeOrgAsync(ada, "acme", cancellationToken);
        await using var stream = await EventListener.OpenAsync(ada, "/api/orgs/acme/events", cancellationToken);
        var project = (await Answer.ToAsync(ada, HttpMethod.Post, "/api/orgs/acme/projects", new { name = "x" })).Json.GetProperty("id").GetGuid();
        Assert.That(await stream.NextEventAsync(), Is.EqualTo(("project.created", project)));
        await CutAsync(() => Answer.ToAsync(ada, HttpMethod.Post, "/api/auth/logout"), "auth.required", stream);
    }

    [Test, CancelAfter(60_000)]
    public async Task A_stream_whose_database_is_gone_ends_and_tells_why(CancellationToken cancellationToken)
    {
        await using var database = await TestDatabase.CreateAsync(cancellationToken);
        await using var proxy = new CountingProxy(database.Logins.Data);
        await using var app = TestApp.StartOn(database, ("ConnectionStrings:Data", proxy.ConnectionString));
        using var ada = await app.ClientForAsync("ada@example.com", cancellationToken);
        await TestApp.MakeOrgAsync(ada, "acme", cancellationToken);
        await using var stream = await EventListener.OpenAsync(ada, "/api/orgs/acme/events", cancellationToken);
        proxy.SetDown(true);
        await using (var admin = await database.OpenAdminAsync(cancellationToken))
        await using (var touch = new NpgsqlCommand("update public.tenants set state = state", admin)) await touch.ExecuteNonQueryAsync(cancellationToken);
        Assert.That(await stream.EndAsync(), Is.EqualTo("database.unavailable"));
    }

    [Test, CancelAfter(60_000)]
    public async Task A_service_that_stops_ends_its_streams_and_tells_them_why(CancellationToken cancellationToken)
    {
        await using var org = await LiveOrg.CreateAsync(cancellationToken);
        var stopping = TestApp.StartOn(org.One.Database);
        var mia = await org.ClientOnAsync(stopping, "mia", cancellationToken);
        await using var stream = await EventListener.OpenAsync(mia, "/api/orgs/acme/events", cancellationToken);
        var watch = Stopwatch.StartNew();
        await stopping.DisposeAsync();
        Assert.That(await stream.EndAsync(), Is.EqualTo("service.stopping"));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(15)));
    }

    private static async Task CutAsync(Func<Task> change, string code, params EventListener[] streams)
    {
        await change();
        var watch = Stopwatch.StartNew();
        foreach (var stream in streams) Assert.That(await stream.EndAsync(), Is.EqualTo(code));
        Assert.That(watch.Elapsed, Is.LessThan(Bound));
    }
}

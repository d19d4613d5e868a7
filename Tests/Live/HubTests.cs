using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Live;

/// <summary>A hub's connection is in its org for as long as the right to it lasts, on whichever node.</summary>
internal sealed class HubTests
{
    private const string Hub = "/api/orgs/acme/hub";
    private const string Bobs = "(select id from public.users where email = 'bob@example.com')";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    [CancelAfter(60_000)]
    [TestCase(HttpTransportType.WebSockets)]
    [TestCase(HttpTransportType.ServerSentEvents)]
    [TestCase(HttpTransportType.LongPolling)]
    public async Task A_member_is_told_of_changes_on_every_node_and_calls_methods_in_the_org(HttpTransportType transport, CancellationToken cancellationToken)
    {
        await using var org = await LiveOrg.CreateAsync(cancellationToken);
        var mia = await org.ClientOnAsync(org.Two, "mia", cancellationToken);
        await using var byPath = await HubListener.OpenAsync(mia, Hub, cancellationToken, transport);
        await using var byHeader = await HubListener.OpenAsync(mia, "/api/hubs/org", cancellationToken, transport, ("X-Org", "acme"));

        var project = await org.AddProjectAsync("Rocket");
        Assert.That(await byPath.NextEventAsync(cancellationToken), Is.EqualTo(("project.created", project)));
        Assert.That(await byHeader.NextEventAsync(cancellationToken), Is.EqualTo(("project.created", project)));
        Assert.That((await byPath.CallAsync("ListProjects", cancellationToken)).GetProperty("items")[0].GetProperty("name").GetString(), Is.EqualTo("Rocket"));
    }

    [CancelAfter(60_000)]
    [TestCase($"delete from public.memberships where user_id = {Bobs}", "org.not_found", true)]
    [TestCase($"update public.sessions set ended_at = now() where user_id = {Bobs}", "auth.required", true)]
    [TestCase("update public.tenants set state = 'suspended'", "org.suspended", false)]
    public async Task What_ends_the_right_ends_the_connection_and_no_other(string change, string code, bool othersStay, CancellationToken cancellationToken)
    {
        await using var org = await LiveOrg.CreateAsync(cancellationToken);
        await using var here = await HubListener.OpenAsync(await org.ClientOnAsync(org.One, "bob", cancellationToken), Hub, cancellationToken);
        await using var there = await HubListener.OpenAsync(await org.ClientOnAsync(org.Two, "bob", cancellationToken), Hub, cancellationToken);
        await using var stays = await HubListener.OpenAsync(await org.ClientOnAsync(org.Two, "mia", cancellationToken), Hub, cancellationToken);

        await org.ExecuteAsync(change);
        var watch = Stopwatch.StartNew();
        Assert.That(await here.EndAsync(cancellationToken), Is.EqualTo(code));
        Assert.That(await there.EndAsync(cancellationToken), Is.EqualTo(code));
        Assert.That(watch.Elapsed, Is.LessThan(Bound));
        if (!othersStay) return;
        var project = await org.AddProjectAsync();
        Assert.That(await stays.NextEventAsync(cancellationToken), Is.EqualTo(("project.created", project)));
    }

    [Test, CancelAfter(60_000)]
    public async Task Who_may_not_enter_is_not_connected(CancellationToken cancellationToken)
    {
        await using var org = await LiveOrg.CreateAsync(cancellationToken, _ => [("Tenancy:Selectors", "Query")]);
        using var eve = await org.One.ClientForAsync("eve@example.com", cancellationToken);
        async Task<HttpStatusCode?> TryAsync(HttpClient client, string path)
        {
            try
            {
                await using var listener = await HubListener.OpenAsync(client, path, cancellationToken);
                return HttpStatusCode.OK;
            }
            catch (HttpRequestException refused)
            {
                return refused.StatusCode;
            }
        }

        Assert.That(await TryAsync(eve, Hub), Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await TryAsync(eve, "/api/orgs/unknown/hub"), Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await TryAsync(eve, "/api/hubs/org?org=acme"), Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await TryAsync(org.Ada, "/api/hubs/org"), Is.EqualTo(HttpStatusCode.BadRequest), "no org");
        Assert.That(await TryAsync(org.Ada, $"{Hub}?org=other"), Is.EqualTo(HttpStatusCode.BadRequest), "two");
        Assert.That(await TryAsync(org.Ada, "/api/hubs/org?org=acme"), Is.EqualTo(HttpStatusCode.OK), "the control");
        using var bare = org.One.CreateClient();
        Assert.That(await TryAsync(bare, $"{Hub}?access_token={org.Ada.DefaultRequestHeaders.Authorization!.Parameter}"), Is.EqualTo(HttpStatusCode.Unauthorized), "a token in the query");
    }

    // Made without triggers, so that nothing is announced: between the end of the right and the next look a method is refused by itself.
    [Test, CancelAfter(60_000)]
    public async Task A_method_is_refused_by_live_rows_with_the_code_and_nothing_else(CancellationToken cancellationToken)
    {
        await using var org = await LiveOrg.CreateAsync(cancellationToken);
        await using var bob = await HubListener.OpenAsync(await org.ClientOnAsync(org.Two, "bob", cancellationToken), Hub, cancellationToken);
        // After an event it looks again when it is told to, or much later.
        await org.AddProjectAsync();
        await bob.NextEventAsync(cancellationToken);
        await org.ExecuteAsync($"set session_replication_role = replica; delete from public.memberships where user_id = {Bobs}");
        Assert.That(async () => await bob.CallAsync("ListProjects", cancellationToken),
            Throws.InstanceOf<HubException>().With.Message.EndsWith("org.not_found"));
    }

    [Test, CancelAfter(60_000)]
    public async Task Connections_and_streams_of_one_user_count_together(CancellationToken cancellationToken)
    {
        await using var org = await LiveOrg.CreateAsync(cancellationToken);
        var open = new List<IAsyncDisposable>();
        for (var i = 0; i < 5; i++)
        {
            open.Add(await HubListener.OpenAsync(org.Ada, Hub, cancellationToken));
            open.Add(await EventListener.OpenAsync(org.Ada, "/api/orgs/acme/events", cancellationToken));
        }

        Assert.That((await Answer.ToAsync(org.Ada, HttpMethod.Get, "/api/orgs/acme/events")).Code, Is.EqualTo("rate.limited"));
        await using (var eleventh = await HubListener.OpenAsync(org.Ada, Hub, cancellationToken)) Assert.That(await eleventh.EndAsync(cancellationToken), Is.EqualTo("rate.limited"));
        foreach (var one in open) await one.DisposeAsync();
    }
}

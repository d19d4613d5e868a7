using System.Net;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Cli;

/// <summary>suspend, resume, rename, restore and drop --expired, beside a service that is running.</summary>
internal sealed class StateTests
{
    private TestApp app = null!;
    private HttpClient ada = null!;

    [SetUp]
    public async Task PrepareAsync()
    {
        app = await TestApp.StartAsync(CancellationToken.None);
        ada = await app.ClientForAsync("ada@example.com", CancellationToken.None);
        await TestApp.MakeOrgAsync(ada, "acme", CancellationToken.None);
    }

    [TearDown]
    public async Task CleanAsync()
    {
        ada.Dispose();
        await app.DisposeAsync();
    }

    [Test]
    public async Task A_suspended_org_is_refused_on_the_next_request_and_a_resumed_one_served()
    {
        Assert.That(await ReadAsync("acme"), Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await RunAsync("suspend", "acme", "--json")).Json.GetProperty("changed").GetBoolean(), Is.True);
        Assert.That(await ReadAsync("acme"), Is.EqualTo(HttpStatusCode.Forbidden));
        var again = await RunAsync("suspend", "acme", "--json");
        Assert.That((again.ExitCode, again.Json.GetProperty("changed").GetBoolean()), Is.EqualTo((0, false)));

        Assert.That((await RunAsync("resume", "acme")).ExitCode, Is.Zero);
        Assert.That(await ReadAsync("acme"), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await LogAsync(), Is.EqualTo("org.created org.suspended org.resumed"));
    }

    [Test]
    public async Task A_restored_org_is_as_suspended_as_it_was()
    {
        await RunAsync("suspend", "acme");
        await RunAsync("drop", "acme", "-y", "--confirm", "acme");
        var run = await RunAsync("restore", "acme", "--json");
        Assert.That((run.ExitCode, run.Json.GetProperty("state").GetString()), Is.EqualTo((0, "suspended")), run.Err);
        Assert.That(await ReadAsync("acme"), Is.EqualTo(HttpStatusCode.Forbidden));
        await RunAsync("resume", "acme");
        await RunAsync("drop", "acme", "-y", "--confirm", "acme");
        Assert.That((await RunAsync("restore", "acme", "--json")).Json.GetProperty("state").GetString(), Is.EqualTo("active"));
    }

    [Test]
    public async Task A_renamed_org_answers_to_its_new_slug_and_nobody_gets_the_former()
    {
        var run = await RunAsync("rename", "acme", "acme-works", "--json");
        Assert.That((run.ExitCode, run.Json.GetProperty("slug").GetString(), run.Json.GetProperty("former").GetString()), Is.EqualTo((0, "acme-works", "acme")), run.Err);
        Assert.That((await ReadAsync("acme"), await ReadAsync("acme-works")), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.OK)));
        Assert.That(await LogAsync(), Is.EqualTo("org.created org.updated"));

        await TestApp.MakeOrgAsync(ada, "globex", CancellationToken.None);
        foreach (var taken in (string[])["acme", "acme-works"])
        {
            var refused = await RunAsync("rename", "globex", taken);
            Assert.That((refused.ExitCode, refused.Out), Is.EqualTo((1, "")));
            Assert.That(refused.Err, Does.Contain("taken"));
        }

        Assert.That((await RunAsync("rename", "acme-works", "acme")).ExitCode, Is.Zero, "it may have its own again");
        Assert.That((await ReadAsync("acme"), await ReadAsync("acme-works")), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NotFound)));
    }

    [Test]
    public async Task A_dropped_org_comes_back_with_its_data_until_its_time_is_over()
    {
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Post, "/api/orgs/acme/projects", new { name = "kept" })).Status, Is.EqualTo(201));
        await RunAsync("drop", "acme", "-y", "--confirm", "acme");
        Assert.That(await ReadAsync("acme"), Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await RunAsync("suspend", "acme")).Err, Does.Contain("tenantry restore acme"));

        Assert.That((await RunAsync("restore", "acme")).ExitCode, Is.Zero);
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/acme/projects")).Json.GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        Assert.That(await LogAsync(), Is.EqualTo("org.created org.deleted org.restored"));
        Assert.That((await RunAsync("restore", "acme")).ExitCode, Is.EqualTo(1), "there is nothing to restore");

        await RunAsync("drop", "acme", "-y", "--confirm", "acme");
        await LetDaysPassAsync(30);
        Assert.That((await RunAsync("restore", "acme")).ExitCode, Is.EqualTo(1), "it is too late");
    }

    [Test]
    public async Task Expired_orgs_are_erased_and_nobody_else()
    {
        await TestApp.MakeOrgAsync(ada, "globex", CancellationToken.None);
        await TestApp.MakeOrgAsync(ada, "initech", CancellationToken.None);
        await RunAsync("drop", "acme", "-y", "--confirm", "acme");
        await LetDaysPassAsync(31);
        await RunAsync("drop", "globex", "-y", "--confirm", "globex");

        var run = await RunAsync("drop", "--expired", "-y", "--json");
        Assert.That((run.ExitCode, run.Json.GetProperty("erased").EnumerateArray().Single().GetString()), Is.EqualTo((0, "acme")), run.Err);
        await using var admin = await app.Database.OpenAdminAsync(CancellationToken.None);
        Assert.That(await Dapper.SqlMapper.QueryAsync<string>(admin, "select slug from public.orgs order by slug"), Is.EqualTo(new[] { "globex", "initech" }));
        Assert.That((await RunAsync("drop", "--expired", "-y", "--json")).Json.GetProperty("erased").GetArrayLength(), Is.Zero);
    }

    private Task<CliRun> RunAsync(params string[] args) => CliRun.RunAsync(app.Database, args);

    private async Task<HttpStatusCode> ReadAsync(string slug)
    {
        using var answer = await ada.GetAsync(new Uri($"/api/orgs/{slug}/projects", UriKind.Relative));
        return answer.StatusCode;
    }

    private async Task LetDaysPassAsync(int days)
    {
        await using var admin = await app.Database.OpenAdminAsync(CancellationToken.None);
        await Dapper.SqlMapper.ExecuteAsync(admin, $"update public.tenants set deleted_at = deleted_at - interval '{days} days'");
    }

    private async Task<string?> LogAsync()
    {
        await using var admin = await app.Database.OpenAdminAsync(CancellationToken.None);
        return await Dapper.SqlMapper.ExecuteScalarAsync<string>(admin,
            "select string_agg(action, ' ' order by position) from public.audit_log where org_id = (select id from public.orgs where slug in ('acme', 'acme-works'))");
    }
}

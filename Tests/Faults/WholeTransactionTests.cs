using Dapper;
using Tenantry.Tests.Foundation;
using Tenantry.Tests.Tenancy;

namespace Tenantry.Tests.Faults;

/// <summary>What is tried again when a connection or a transaction is lost, and what is not.</summary>
// One service for all, whose connections are lost one at a time.
[FixtureLifeCycle(LifeCycle.SingleInstance), Parallelizable(ParallelScope.Self)]
internal sealed class WholeTransactionTests
{
    private TestDatabase database = null!;
    private CountingProxy proxy = null!;
    private TestApp app = null!;
    private HttpClient ada = null!;
    private string schema = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        database = await TestDatabase.CreateAsync(CancellationToken.None);
        proxy = new CountingProxy(database.Logins.Owner);
        app = TestApp.StartOn(database, proxy.Through(database.Logins));
        ada = await app.ClientForAsync("ada@example.com", CancellationToken.None);
        await TestApp.MakeOrgAsync(ada, "acme", CancellationToken.None);
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        schema = (await admin.QuerySingleAsync<string>("select schema_name from public.tenants t join public.orgs o on o.id = t.id where o.slug = 'acme'"))!;
    }

    [OneTimeTearDown]
    public async Task CleanAsync()
    {
        ada.Dispose();
        await app.DisposeAsync();
        await proxy.DisposeAsync();
        await database.DisposeAsync();
    }

    [Test, Order(1)]
    public async Task Reads_and_a_write_with_a_key_on_connections_that_have_died_in_the_pool_are_tried_again()
    {
        foreach (var plane in (string[])["/api/orgs/acme/projects", "/api/orgs"])
        {
            await KillAsync();
            Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, plane)).Status, Is.EqualTo(200), plane);
        }

        await KillAsync();
        Assert.That((await AddAsync("after a restart", ("Idempotency-Key", "restart"))).Status, Is.EqualTo(201));
        Assert.That(await CountAsync("after a restart"), Is.EqualTo(1));
    }

    [Test, Order(2)]
    public async Task A_write_with_a_key_whose_connection_is_lost_before_its_commit_is_made_once()
    {
        // By what is written: the statement itself is prepared, and its text not sent again.
        proxy.Lose("lost on the way", heard: true);
        Assert.That((await AddAsync("lost on the way", ("Idempotency-Key", "lost"))).Status, Is.EqualTo(201));
        Assert.That(proxy.HasLost);
        Assert.That(await CountAsync("lost on the way"), Is.EqualTo(1));
    }

    [Test, Order(2)]
    public async Task A_write_without_a_key_whose_connection_is_lost_is_503_and_made_once_at_most([Values] bool heard)
    {
        var name = $"without a key {heard}";
        proxy.Lose(name, heard);
        var lost = await AddAsync(name);
        Assert.That((lost.Status, lost.Code), Is.EqualTo((503, "database.unavailable")), "its commit travelled with it");
        Assert.That(proxy.HasLost);
        Assert.That(await CountAsync(name), Is.EqualTo(heard ? 1 : 0));
    }

    [Test, Order(2)]
    public async Task A_write_without_a_key_on_a_connection_that_has_died_in_the_pool_is_503_and_the_next_is_made()
    {
        await KillAsync();
        Assert.That((await AddAsync("dead")).Code, Is.EqualTo("database.unavailable"));
        Assert.That((await AddAsync("alive")).Status, Is.EqualTo(201));
        Assert.That((await CountAsync("dead"), await CountAsync("alive")), Is.EqualTo((0, 1)));
    }

    [Test, Order(3)]
    public async Task A_commit_that_is_not_answered_is_503_and_the_idempotency_key_tells_whether_it_was_kept([Values("projects", "invitations")] string what, [Values] bool kept)
    {
        var (path, name) = ($"/api/orgs/acme/{what}", $"unknown-{kept}@example.com");
        object body = what == "projects" ? new { name } : new { email = name };
        // Ended as a message is, or it is found in READ COMMITTED.
        proxy.Lose("COMMIT\0", heard: kept);
        var lost = await Answer.ToAsync(ada, HttpMethod.Post, path, body, ("Idempotency-Key", name));
        Assert.That(proxy.HasLost);
        Assert.That((lost.Status, lost.Code), Is.EqualTo((503, "database.unavailable")), "not tried again: it may have been kept");

        using var again = new HttpRequestMessage(HttpMethod.Post, path) { Content = System.Net.Http.Json.JsonContent.Create(body) };
        again.Headers.Add("Idempotency-Key", name);
        using var answer = await ada.SendAsync(again);
        Assert.That((int)answer.StatusCode, Is.EqualTo(201));
        Assert.That(answer.Headers.Contains("Idempotency-Replayed"), Is.EqualTo(kept));
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        var count = what == "projects" ? $"select count(*) from {schema}.projects where name = @name" : "select count(*) from public.invitations where email = @name";
        Assert.That(await admin.QuerySingleAsync<long>(count, new { name }), Is.EqualTo(1));
    }

    [TestCase("40001", 201, 2), TestCase("40P01", 201, 2), TestCase("0A000", 201, 2), TestCase("23505", 409, 1), TestCase("42501", 500, 1), Order(4)]
    public async Task A_transaction_that_lost_a_conflict_is_run_again_and_one_that_was_refused_is_not(string state, int status, int attempts)
    {
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        // A sequence counts what is rolled back, too.
        await admin.ExecuteAsync(
            $"""
            create sequence public.attempts_{state};
            create function public.refuse_once_{state}() returns trigger language plpgsql security definer as
            $$ begin if nextval('public.attempts_{state}') = 1 then raise exception using errcode = '{state}'; end if; return new; end $$;
            create trigger refuse_once before insert on {schema}.projects for each row execute function public.refuse_once_{state}();
            """);
        try
        {
            Assert.That((await AddAsync($"refused {state}")).Status, Is.EqualTo(status));
            Assert.That(await admin.QuerySingleAsync<int>($"select last_value from public.attempts_{state}"), Is.EqualTo(attempts));
        }
        finally
        {
            await admin.ExecuteAsync($"drop trigger refuse_once on {schema}.projects");
        }
    }

    // Connections that the org prefers are there by then, and dead.
    private async Task KillAsync()
    {
        for (var i = 0; i < 2; i++) Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/acme/projects")).Status, Is.EqualTo(200));
        proxy.SetDown(true);
        proxy.SetDown(false);
    }

    private Task<Answer> AddAsync(string name, params (string Name, string Value)[] headers) => Answer.ToAsync(ada, HttpMethod.Post, "/api/orgs/acme/projects", new { name }, headers);

    private async Task<long> CountAsync(string name)
    {
        await using var admin = await database.OpenAdminAsync(CancellationToken.None);
        return await admin.QuerySingleAsync<long>($"select count(*) from {schema}.projects where name = @name", new { name });
    }
}

using System.Net.Http.Headers;
using System.Text.Json;
using Dapper;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Accounts;

/// <summary>Accounts over HTTP. The tests share one service; each has its own addresses.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class AccountTests
{
    private TestApp app = null!;
    private HttpClient anybody = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        app = await TestApp.StartAsync(CancellationToken.None, ("Accounts:RequestsPerMinute", "100000"));
        anybody = app.CreateClient();
    }

    [OneTimeTearDown]
    public async Task CleanAsync()
    {
        anybody.Dispose();
        await app.DisposeAsync();
    }

    [Test]
    public async Task Registering_a_known_address_is_answered_as_an_unknown_one_and_changes_nothing()
    {
        var first = await RegisterAsync("known@example.com");
        var again = await Answer.ToAsync(anybody, HttpMethod.Post, "/api/auth/register", new { email = "KNOWN@example.com", password = "another password" });
        Assert.That((first.Status, again), Is.EqualTo((202, first)));
        Assert.That((await LogInAsync("known@example.com")).Status, Is.EqualTo(200));
        Assert.That((await LogInAsync("known@example.com", "another password")).Code, Is.EqualTo("auth.invalid_credentials"));
    }

    [Test]
    public async Task Registering_one_address_many_times_at_once_makes_one_account()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RegisterAsync("crowd@example.com")));
        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(202));
        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        Assert.That(await server.ExecuteScalarAsync<long>("select count(*) from public.users where email = 'crowd@example.com'"), Is.EqualTo(1));
        Assert.That(await server.ExecuteScalarAsync<long>("select count(*) from public.audit_log l join public.users u on u.id = l.actor_id where u.email = 'crowd@example.com' and action = 'user.registered'"), Is.EqualTo(1));
    }

    [TestCase("""{"email":"nobody","password":"correct horse battery"}""", "email")]
    [TestCase("""{"email":"a@example.com","password":"short"}""", "password")]
    [TestCase("""{"password":"correct horse battery"}""", "email")]
    [TestCase("""{"email":"a@example.com"}""", "password")]
    public async Task A_bad_registration_is_named_by_field(string body, string field)
    {
        var answer = await Answer.ToAsync(anybody, HttpMethod.Post, "/api/auth/register", body);
        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "request.invalid")));
        Assert.That(answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name), Is.EqualTo([field]));
    }

    [Test]
    public async Task A_wrong_password_and_an_unknown_address_get_the_same_answer()
    {
        await RegisterAsync("wrong@example.com");
        var wrong = await LogInAsync("wrong@example.com", "not the password");
        Assert.That((wrong.Status, wrong.Code), Is.EqualTo((401, "auth.invalid_credentials")));
        Assert.That(await LogInAsync("nobody@example.com", "not the password"), Is.EqualTo(wrong));
    }

    [TestCase("locked@example.com", true)]
    [TestCase("locked-nobody@example.com", false)]
    public async Task An_address_is_locked_out_whether_or_not_it_has_an_account(string email, bool known)
    {
        if (known) await RegisterAsync(email);
        for (var i = 0; i < 5; i++) Assert.That((await LogInAsync(email, "not the password")).Code, Is.EqualTo("auth.invalid_credentials"));
        Assert.That((await LogInAsync(email)).Code, Is.EqualTo("auth.locked_out"), "even with the right password");
    }

    [Test]
    public async Task A_refresh_token_is_good_once_and_its_reuse_ends_the_session()
    {
        await RegisterAsync("refresh@example.com");
        var first = (await LogInAsync("refresh@example.com")).Json;
        var second = await RefreshAsync(first);
        Assert.That(second.Status, Is.EqualTo(200));
        Assert.That((await RefreshAsync(first)).Code, Is.EqualTo("auth.invalid_credentials"));
        Assert.That((await MeAsync(second.Json)).Status, Is.EqualTo(200), "sent twice at once: forgiven");

        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        await server.ExecuteAsync("update public.sessions set used_at = used_at - interval '1 minute'");
        Assert.That((await RefreshAsync(first)).Code, Is.EqualTo("auth.invalid_credentials"));
        Assert.That((await MeAsync(second.Json)).Code, Is.EqualTo("auth.required"));
        Assert.That((await RefreshAsync(second.Json)).Code, Is.EqualTo("auth.invalid_credentials"));
    }

    [Test]
    public async Task Of_refreshes_with_one_token_at_once_one_wins()
    {
        await RegisterAsync("race@example.com");
        var login = (await LogInAsync("race@example.com")).Json;
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => RefreshAsync(login)));
        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
    }

    [Test]
    public async Task Logout_ends_the_access_token_at_once_and_leaves_other_sessions([Values] bool all)
    {
        var email = $"logout-{all}@example.com";
        await RegisterAsync(email);
        var here = (await LogInAsync(email)).Json;
        var elsewhere = (await LogInAsync(email)).Json;
        Assert.That((await SendAsync(here, HttpMethod.Post, $"/api/auth/logout?all={all}")).Status, Is.EqualTo(204));
        Assert.That((await MeAsync(here)).Code, Is.EqualTo("auth.required"));
        Assert.That((await SendAsync(here, HttpMethod.Get, "/api/orgs")).Code, Is.EqualTo("auth.required"));
        Assert.That((await SendAsync(here, HttpMethod.Get, "/api/orgs/acme/projects")).Code, Is.EqualTo("auth.required"));
        Assert.That((await RefreshAsync(here)).Code, Is.EqualTo("auth.invalid_credentials"));
        Assert.That((await MeAsync(elsewhere)).Status, Is.EqualTo(all ? 401 : 200));
    }

    [Test]
    public async Task A_login_can_be_kept_in_a_cookie()
    {
        await RegisterAsync("cookie@example.com");
        using var browser = app.CreateClient();
        var login = await Answer.ToAsync(browser, HttpMethod.Post, "/api/auth/login?useCookies=true", new { email = "cookie@example.com", password = TestApp.Password });
        Assert.That(login, Is.EqualTo(new Answer(200, null, "")));
        Assert.That((await Answer.ToAsync(browser, HttpMethod.Get, "/api/me")).Status, Is.EqualTo(200));
        Assert.That((await Answer.ToAsync(browser, HttpMethod.Post, "/api/auth/logout")).Status, Is.EqualTo(204));
        Assert.That((await Answer.ToAsync(browser, HttpMethod.Get, "/api/me")).Code, Is.EqualTo("auth.required"));
    }

    [Test]
    public async Task A_profile_is_read_and_renamed()
    {
        await RegisterAsync("me@example.com");
        var login = (await LogInAsync("me@example.com")).Json;
        Assert.That((await SendAsync(login, HttpMethod.Patch, "/api/me", new { name = "Ada" })).Json.GetProperty("name").GetString(), Is.EqualTo("Ada"));
        Assert.That((await MeAsync(login)).Json.GetProperty("name").GetString(), Is.EqualTo("Ada"));
    }

    [Test]
    public async Task Without_or_with_a_bad_token_one_is_asked_to_log_in()
    {
        foreach (var path in (string[])["/api/me", "/api/orgs", "/api/orgs/acme", "/api/orgs/acme/projects", "/api/projects"])
        {
            Assert.That((await Answer.ToAsync(anybody, HttpMethod.Get, path)).Code, Is.EqualTo("auth.required"), path);
            Assert.That((await Answer.ToAsync(anybody, HttpMethod.Get, path, null, ("Authorization", "Bearer nonsense"))).Code, Is.EqualTo("auth.required"), path);
        }
    }

    [Test]
    public async Task No_token_is_kept_in_clear()
    {
        await RegisterAsync("hash@example.com");
        var login = (await LogInAsync("hash@example.com")).Json;
        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        var rows = string.Concat(await server.QueryAsync<string>("select s::text from public.sessions s union all select u::text from public.users u union all select l::text from public.audit_log l"));
        Assert.That(rows, Does.Not.Contain(login.GetProperty("refreshToken").GetString()).And.Not.Contain(TestApp.Password));
    }

    [Test]
    public async Task A_token_of_one_instance_is_good_at_another()
    {
        await RegisterAsync("both@example.com");
        var login = (await LogInAsync("both@example.com")).Json;
        await using var second = TestApp.StartOn(app.Database);
        using var client = second.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", login.GetProperty("accessToken").GetString());
        Assert.That((await Answer.ToAsync(client, HttpMethod.Get, "/api/me")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task An_unconfirmed_address_cannot_log_in_where_that_is_required()
    {
        await RegisterAsync("unconfirmed@example.com");
        await using var strict = TestApp.StartOn(app.Database, ("Accounts:RequireConfirmedEmail", "true"));
        using var client = strict.CreateClient();
        async Task<Answer> TryAsync() => await Answer.ToAsync(client, HttpMethod.Post, "/api/auth/login", new { email = "unconfirmed@example.com", password = TestApp.Password });

        Assert.That((await TryAsync()).Code, Is.EqualTo("auth.invalid_credentials"));
        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        await server.ExecuteAsync("update public.users set email_confirmed = true where email = 'unconfirmed@example.com'");
        Assert.That((await TryAsync()).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Too_many_requests_of_one_client_are_told_to_wait()
    {
        await using var narrow = TestApp.StartOn(app.Database, ("Accounts:RequestsPerMinute", "3"));
        using var client = narrow.CreateClient();
        for (var i = 0; i < 3; i++) await Answer.ToAsync(client, HttpMethod.Post, "/api/auth/login", new { email = "x@example.com", password = "y" });
        using var refused = await client.PostAsync(new Uri("/api/auth/login", UriKind.Relative), null);
        Assert.That((int)refused.StatusCode, Is.EqualTo(429));
        Assert.That(refused.Headers.RetryAfter, Is.Not.Null);
        Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("rate.limited"));
    }

    private Task<Answer> RegisterAsync(string email) => Answer.ToAsync(anybody, HttpMethod.Post, "/api/auth/register", new { email, password = TestApp.Password });

    private Task<Answer> LogInAsync(string email, string password = TestApp.Password) => Answer.ToAsync(anybody, HttpMethod.Post, "/api/auth/login", new { email, password });

    private Task<Answer> RefreshAsync(JsonElement login) => Answer.ToAsync(anybody, HttpMethod.Post, "/api/auth/refresh", new { refreshToken = login.GetProperty("refreshToken").GetString() });

    private Task<Answer> MeAsync(JsonElement login) => SendAsync(login, HttpMethod.Get, "/api/me");

    private Task<Answer> SendAsync(JsonElement login, HttpMethod method, string path, object? body = null) =>
        Answer.ToAsync(anybody, method, path, body, ("Authorization", $"Bearer {login.GetProperty("accessToken").GetString()}"));
}

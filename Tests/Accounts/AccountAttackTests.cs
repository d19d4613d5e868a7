using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Tenantry.Service.Accounts;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Accounts;

/// <summary>What a guesser, a thief and a race would try. The tests share one service; each has its own addresses.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class AccountAttackTests
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
    public async Task Guesses_at_once_get_no_more_verdicts_than_guesses_one_by_one()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => LogInAsync("guessed@example.com", "not the password")));
        Assert.That(answers.Count(answer => answer.Code == "auth.invalid_credentials"), Is.EqualTo(5));
        Assert.That(answers.Count(answer => answer.Code == "auth.locked_out"), Is.EqualTo(15));
    }

    [Test]
    public async Task A_right_guess_that_was_under_way_when_the_lock_fell_neither_passes_nor_lifts_it()
    {
        const string address = "UNDERWAY@EXAMPLE.COM";
        await using var scope = app.Services.CreateAsyncScope();
        var failures = scope.ServiceProvider.GetRequiredService<LoginFailures>();
        for (var i = 0; i < 5; i++) Assert.That(await failures.CountAsync(address, CancellationToken.None), Is.False);
        Assert.That(await failures.ForgetAsync(address, CancellationToken.None), Is.False);
        Assert.That(await failures.IsLockedAsync(address, CancellationToken.None), Is.True);
    }

    [Test]
    public async Task Right_logins_at_once_lock_nobody_out()
    {
        await RegisterAsync("busy@example.com");
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => LogInAsync("busy@example.com")));
        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
    }

    [Test]
    public async Task A_lockout_ends_and_the_count_begins_anew()
    {
        const string email = "patient@example.com";
        await RegisterAsync(email);
        for (var i = 0; i < 6; i++) await LogInAsync(email, "not the password");
        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        await server.ExecuteAsync(
            "update public.login_failures set locked_until = locked_until - interval '16 minutes', failed_at = failed_at - interval '16 minutes' where address_hash = sha256('PATIENT@EXAMPLE.COM')");
        Assert.That((await LogInAsync(email, "not the password")).Code, Is.EqualTo("auth.invalid_credentials"));
        Assert.That((await LogInAsync(email)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_dead_token_cannot_end_the_sessions_that_live()
    {
        await RegisterAsync("dead@example.com");
        var stolen = (await LogInAsync("dead@example.com")).Json;
        var mine = (await LogInAsync("dead@example.com")).Json;
        await SendAsync(stolen, HttpMethod.Post, "/api/auth/logout");
        Assert.That((await SendAsync(stolen, HttpMethod.Post, "/api/auth/logout?all=true")).Code, Is.EqualTo("auth.required"));
        Assert.That((await SendAsync(mine, HttpMethod.Get, "/api/me")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_stolen_refresh_token_is_noticed_however_often_the_thief_has_used_it()
    {
        await RegisterAsync("stolen@example.com");
        var mine = (await LogInAsync("stolen@example.com")).Json;
        var thief = (await RefreshAsync((await RefreshAsync((await RefreshAsync(mine)).Json)).Json)).Json;
        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        await server.ExecuteAsync("update public.sessions s set used_at = used_at - interval '1 minute' from public.users u where u.id = s.user_id and u.email = 'stolen@example.com'");
        Assert.That((await RefreshAsync(mine)).Code, Is.EqualTo("auth.invalid_credentials"));
        Assert.That((await SendAsync(thief, HttpMethod.Get, "/api/me")).Code, Is.EqualTo("auth.required"));
    }

    [Test]
    public async Task A_recovery_code_is_good_once_even_at_once_and_kept_hashed()
    {
        await RegisterAsync("second@example.com");
        string[] codes;
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>();
            var user = (await users.FindByEmailAsync("second@example.com"))!;
            await users.ResetAuthenticatorKeyAsync(user);
            await users.SetTwoFactorEnabledAsync(user, true);
            codes = [.. (await users.GenerateNewTwoFactorRecoveryCodesAsync(user, 2))!];
        }

        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        Assert.That(await server.ExecuteScalarAsync<string>("select recovery_codes from public.users where email = 'second@example.com'"),
            Does.Not.Contain(codes[0]).And.Not.Contain(codes[1]));
        Assert.That((await LogInAsync("second@example.com")).Code, Is.EqualTo("auth.two_factor_required"), "the password alone is not enough");
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LogInAsync("second@example.com", code: codes[0])));
        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That((await LogInAsync("second@example.com", code: codes[1])).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Registering_a_known_address_writes_as_an_unknown_one_does()
    {
        await RegisterAsync("cost@example.com");
        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        // Without a write there is no commit to wait for, and the answer comes sooner.
        var before = await server.ExecuteScalarAsync<string>("select ctid::text from public.users where email = 'cost@example.com'");
        var registered = await server.QuerySingleAsync<(Guid Id, string Hash)>("select id, password_hash from public.users where email = 'cost@example.com'");
        await RegisterAsync("COST@example.com");
        Assert.That(await server.ExecuteScalarAsync<string>("select ctid::text from public.users where normalized_email = 'COST@EXAMPLE.COM'"), Is.Not.EqualTo(before));
        Assert.That(await server.QuerySingleAsync<(Guid Id, string Hash)>("select id, password_hash from public.users where email = 'cost@example.com'"), Is.EqualTo(registered));
    }

    [Test]
    public async Task An_instance_learns_of_a_key_that_another_made_after_it_had_read_the_ring()
    {
        await using var database = await TestDatabase.CreateAsync(CancellationToken.None);
        await using var early = TestApp.StartOn(database);
        using var reader = await early.ClientForAsync("early@example.com", CancellationToken.None);
        await using (var server = await database.OpenAdminAsync(CancellationToken.None))
            await server.ExecuteAsync("delete from public.data_protection_keys");
        await using var late = TestApp.StartOn(database);
        using var writer = await late.ClientForAsync("late@example.com", CancellationToken.None);
        reader.DefaultRequestHeaders.Authorization = writer.DefaultRequestHeaders.Authorization;
        Assert.That((await Answer.ToAsync(reader, HttpMethod.Get, "/api/me")).Status, Is.EqualTo(200));
    }

    [TestCase("""{"email":"a\u0000@example.com","password":"correct horse battery"}""", "email")]
    [TestCase("""{"email":"a b@example.com","password":"correct horse battery"}""", "email")]
    [TestCase("""{"email":"a@example.com","password":"correct horse battery","name":"a\u0000b"}""", "name")]
    public async Task Texts_that_no_name_or_address_has_are_named_by_field(string body, string field)
    {
        var answer = await Answer.ToAsync(anybody, HttpMethod.Post, "/api/auth/register", body);
        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "request.invalid")));
        Assert.That(answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name), Is.EqualTo([field]));
    }

    [Test]
    public async Task An_expired_session_is_over_for_its_tokens()
    {
        await RegisterAsync("expired@example.com");
        var login = (await LogInAsync("expired@example.com")).Json;
        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        await server.ExecuteAsync("update public.sessions s set expires_at = now() from public.users u where u.id = s.user_id and u.email = 'expired@example.com'");
        Assert.That((await SendAsync(login, HttpMethod.Get, "/api/me")).Code, Is.EqualTo("auth.required"));
        Assert.That((await RefreshAsync(login)).Code, Is.EqualTo("auth.invalid_credentials"));
    }

    private Task<Answer> RegisterAsync(string email) => Answer.ToAsync(anybody, HttpMethod.Post, "/api/auth/register", new { email, password = TestApp.Password });

    private Task<Answer> LogInAsync(string email, string password = TestApp.Password, string? code = null) =>
        Answer.ToAsync(anybody, HttpMethod.Post, "/api/auth/login", new { email, password, twoFactorCode = code });

    private Task<Answer> RefreshAsync(JsonElement login) => Answer.ToAsync(anybody, HttpMethod.Post, "/api/auth/refresh", new { refreshToken = login.GetProperty("refreshToken").GetString() });

    private Task<Answer> SendAsync(JsonElement login, HttpMethod method, string path) =>
        Answer.ToAsync(anybody, method, path, null, ("Authorization", $"Bearer {login.GetProperty("accessToken").GetString()}"));
}

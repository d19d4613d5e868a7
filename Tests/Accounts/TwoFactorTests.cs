using System.Text.Json;
using Tenantry.Service.Accounts.TwoFactor;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Accounts;

/// <summary>The second factor, as an authenticator app and a thief would use it.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class TwoFactorTests
{
    private AccountsApp accounts = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync() => accounts = await AccountsApp.StartAsync();

    [OneTimeTearDown]
    public async Task CleanAsync() => await accounts.DisposeAsync();

    [Test]
    public async Task It_is_offered_shown_and_then_asked_of_every_login()
    {
        const string email = "two@example.com";
        var login = await accounts.JoinAsync(email);
        Assert.That((await GetAsync(login)).Json.GetProperty("enabled").GetBoolean(), Is.False);
        Assert.That((await OfferAsync(login, "not the password")).Code, Is.EqualTo("auth.invalid_credentials"));

        var offer = (await OfferAsync(login)).Json;
        var key = offer.GetProperty("sharedKey").GetString()!;
        Assert.That(offer.GetProperty("uri").GetString(), Is.EqualTo($"otpauth://totp/Tenantry:two%40example.com?secret={key}&issuer=Tenantry&digits=6&period=30"));
        Assert.That((await accounts.LogInAsync(email)).Status, Is.EqualTo(200), "not yet enabled");
        Assert.That((await EnableAsync(login, "000000x")).Json.GetProperty("errors").TryGetProperty("code", out _), Is.True);

        var codes = Codes(await EnableAsync(login, Code(key)));
        Assert.That(codes, Has.Length.EqualTo(10).And.Unique);
        var state = (await GetAsync(login)).Json;
        Assert.That((state.GetProperty("enabled").GetBoolean(), state.GetProperty("recoveryCodesLeft").GetInt32()), Is.EqualTo((true, 10)));
        Assert.That((await OfferAsync(login)).Code, Is.EqualTo("two_factor.enabled"));
        Assert.That((await EnableAsync(login, Code(key))).Code, Is.EqualTo("two_factor.enabled"));

        Assert.That((await accounts.LogInAsync(email)).Code, Is.EqualTo("auth.two_factor_required"));
        Assert.That((await accounts.LogInAsync(email, "not the password")).Code, Is.EqualTo("auth.invalid_credentials"), "only who knows the password learns of it");
        Assert.That((await accounts.LogInAsync(email, code: codes[0].ToLowerInvariant())).Status, Is.EqualTo(200));
        Assert.That((await accounts.LogInAsync(email, code: codes[0])).Code, Is.EqualTo("auth.invalid_credentials"));
        Assert.That(await accounts.CountLogAsync(email, "user.two.factor.enabled"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_code_is_good_once_though_its_time_is_not_over()
    {
        const string email = "replay@example.com";
        var (_, key, _) = await WithSecondFactorAsync(email);
        Assert.That((await accounts.LogInAsync(email, code: Code(key))).Code, Is.EqualTo("auth.invalid_credentials"), "it was shown when enabling");
        await ForgetStepAsync(email);
        // The code of the next step, so that none of these runs into another.
        var code = Code(key, 1);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => accounts.LogInAsync(email, code: code)));
        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That((await accounts.LogInAsync(email, code: Code(key))).Status, Is.EqualTo(401), "nor is an earlier one");
    }

    [Test]
    public async Task A_missing_code_is_no_failure_and_wrong_ones_lock_out()
    {
        const string email = "codes@example.com";
        await WithSecondFactorAsync(email);
        for (var i = 0; i < 8; i++) Assert.That((await accounts.LogInAsync(email)).Code, Is.EqualTo("auth.two_factor_required"));
        for (var i = 0; i < 5; i++)
        {
            Assert.That((await accounts.LogInAsync(email, code: "no code")).Code, Is.EqualTo("auth.invalid_credentials"));
            if (i < 4) Assert.That((await accounts.LogInAsync(email)).Code, Is.EqualTo("auth.two_factor_required"), "which makes up for no failure");
        }

        Assert.That((await accounts.LogInAsync(email)).Code, Is.EqualTo("auth.locked_out"));
    }

    [Test]
    public async Task Recovery_codes_are_replaced_by_showing_a_code()
    {
        var (login, _, codes) = await WithSecondFactorAsync("recovery@example.com");
        var replaced = Codes(await ReplaceAsync(login, codes[3]));
        Assert.That(replaced, Has.Length.EqualTo(10).And.None.AnyOf(codes));
        Assert.That((await ReplaceAsync(login, codes[4])).Code, Is.EqualTo("auth.invalid_credentials"), "the former ones are void");
        Assert.That((await ReplaceAsync(await accounts.JoinAsync("no-factor@example.com"), "x")).Code, Is.EqualTo("two_factor.disabled"));
        Assert.That(await accounts.CountLogAsync("recovery@example.com", "user.recovery.codes.replaced"), Is.EqualTo(1));
    }

    [Test]
    public async Task It_is_taken_away_by_password_and_code()
    {
        const string email = "off@example.com";
        var (login, _, codes) = await WithSecondFactorAsync(email);
        Assert.That((await DisableAsync(login, "not the password", codes[0])).Code, Is.EqualTo("auth.invalid_credentials"));
        Assert.That((await DisableAsync(login, TestApp.Password, "no code")).Code, Is.EqualTo("auth.invalid_credentials"));
        Assert.That((await DisableAsync(login, TestApp.Password, codes[0])).Status, Is.EqualTo(204), "a wrong password used no code up");
        Assert.That((await accounts.LogInAsync(email)).Status, Is.EqualTo(200));
        Assert.That((await DisableAsync(login, TestApp.Password, codes[1])).Code, Is.EqualTo("two_factor.disabled"));
    }

    [Test]
    public async Task Guesses_with_a_session_lock_out_as_guesses_at_the_login_do()
    {
        var (login, _, _) = await WithSecondFactorAsync("session-guess@example.com");
        for (var i = 0; i < 5; i++) Assert.That((await ReplaceAsync(login, "no code")).Code, Is.EqualTo("auth.invalid_credentials"));
        Assert.That((await ReplaceAsync(login, "no code")).Code, Is.EqualTo("auth.locked_out"));
    }

    [Test]
    public async Task Its_answers_are_kept_for_no_repetition()
    {
        var (login, _, codes) = await WithSecondFactorAsync("kept@example.com");
        var key = ("Idempotency-Key", "once");
        var first = await accounts.SendAsync(login, HttpMethod.Post, "/api/me/two-factor/recovery-codes", new { code = codes[0] }, key);
        Assert.That(first.Status, Is.EqualTo(200));
        Assert.That((await accounts.SendAsync(login, HttpMethod.Post, "/api/me/two-factor/recovery-codes", new { code = codes[0] }, key)).Status, Is.EqualTo(401));
        var rows = await accounts.AskAsync<string>("select string_agg(r, ' ') from (select k::text r from public.idempotency_keys k union all select u::text from public.users u union all select l::text from public.audit_log l) rows");
        foreach (var code in Codes(first)) Assert.That(rows, Does.Not.Contain(code));
    }

    [TestCase("POST", "/two-factor", "{}", "password")]
    [TestCase("PUT", "/two-factor", "{}", "code")]
    [TestCase("POST", "/two-factor/recovery-codes", "{}", "code")]
    [TestCase("DELETE", "/two-factor", """{"password":"x"}""", "code")]
    public async Task Bad_input_is_named_by_field_and_counts_as_no_guess(string method, string path, string body, string field)
    {
        var login = await accounts.JoinAsync($"input-{method}-{path.Length}@example.com");
        for (var i = 0; i < 7; i++)
        {
            var answer = await accounts.SendAsync(login, new HttpMethod(method), $"/api/me{path}", body);
            Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "request.invalid")));
            Assert.That(answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name), Is.EqualTo([field]));
        }
    }

    private async Task<(JsonElement Login, string Key, string[] Codes)> WithSecondFactorAsync(string email)
    {
        var login = await accounts.JoinAsync(email);
        var key = (await OfferAsync(login)).Json.GetProperty("sharedKey").GetString()!;
        return (login, key, Codes(await EnableAsync(login, Code(key))));
    }

    private Task<Answer> GetAsync(JsonElement login) => accounts.SendAsync(login, HttpMethod.Get, "/api/me/two-factor");

    private Task<Answer> OfferAsync(JsonElement login, string password = TestApp.Password) => accounts.SendAsync(login, HttpMethod.Post, "/api/me/two-factor", new { password });

    private Task<Answer> EnableAsync(JsonElement login, string code) => accounts.SendAsync(login, HttpMethod.Put, "/api/me/two-factor", new { code });

    private Task<Answer> ReplaceAsync(JsonElement login, string code) => accounts.SendAsync(login, HttpMethod.Post, "/api/me/two-factor/recovery-codes", new { code });

    private Task<Answer> DisableAsync(JsonElement login, string password, string code) => accounts.SendAsync(login, HttpMethod.Delete, "/api/me/two-factor", new { password, code });

    private Task<int> ForgetStepAsync(string email) => accounts.AskAsync<int>("update public.users set authenticator_step = null where email = @email", new { email });

    private static string[] Codes(Answer answer) => [.. answer.Json.GetProperty("recoveryCodes").EnumerateArray().Select(code => code.GetString()!)];

    private static string Code(string key, int stepsAhead = 0) => Totp.CodeOf(AuthenticatorKey.Decode(key), (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / Totp.Period) + stepsAhead);
}

using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.IdentityModel.Tokens;
using Tenantry.Tests.Foundation;
using Tenantry.Tests.Tenancy;

namespace Tenantry.Tests.Accounts;

/// <summary>Tokens of an outside issuer, good and bad.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class IssuerTests
{
    private TestIssuer issuer = null!;
    private TestIssuer stranger = null!;
    private AccountsApp accounts = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        issuer = await TestIssuer.StartAsync();
        stranger = await TestIssuer.StartAsync();
        accounts = await AccountsApp.StartAsync([("Tenancy:Selectors", "Path,Claim"), .. Configure(issuer)]);
    }

    [OneTimeTearDown]
    public async Task CleanAsync()
    {
        await accounts.DisposeAsync();
        await stranger.DisposeAsync();
        await issuer.DisposeAsync();
    }

    [Test]
    public async Task A_token_is_good_for_an_account_made_on_first_sight_and_for_its_orgs()
    {
        var token = issuer.Token("ada");
        var me = await GetAsync(token, "/api/me");
        Assert.That((me.Status, me.Json.GetProperty("email").GetString(), me.Json.GetProperty("name").GetString(), me.Json.GetProperty("emailConfirmed").GetBoolean()),
            Is.EqualTo((200, "ada@issued.example", "ada", true)));
        Assert.That((await SendAsync(token, HttpMethod.Post, "/api/orgs", new { name = "Issued", slug = "issued" })).Status, Is.EqualTo(201));
        Assert.That((await SendAsync(token, HttpMethod.Post, "/api/orgs/issued/projects", new { name = "Rocket" })).Status, Is.EqualTo(201));
        var later = issuer.Token("ada", ("email", "ada@elsewhere.example"), ("email_verified", false));
        Assert.That((await GetAsync(later, "/api/me")).Json.GetProperty("id").GetGuid(), Is.EqualTo(me.Json.GetProperty("id").GetGuid()), "known by subject, not by address");
        Assert.That(await accounts.CountLogAsync("ada@issued.example", "user.registered"), Is.EqualTo(1));
        Assert.That(await accounts.CountLogAsync("ada@issued.example", "session.started"), Is.EqualTo(2));
        Assert.That((await accounts.LogInAsync("ada@issued.example")).Code, Is.EqualTo("auth.invalid_credentials"), "it has no password");
    }

    [Test]
    public async Task It_may_name_an_org_which_its_user_may_enter_or_not()
    {
        await SendAsync(issuer.Token("claims"), HttpMethod.Post, "/api/orgs", new { name = "Claimed", slug = "claimed" });
        Assert.That((await GetAsync(issuer.Token("claims", ("org", "claimed")), "/api/projects")).Status, Is.EqualTo(200));
        Assert.That((await GetAsync(issuer.Token("nobody", ("org", "claimed")), "/api/projects")).Code, Is.EqualTo("org.not_found"));
    }

    [Test]
    public async Task Our_own_tokens_are_good_beside_it()
    {
        var login = await accounts.JoinAsync("own@example.com");
        Assert.That(await accounts.IsLiveAsync(login), Is.True);
    }

    private static readonly string[] BadTokens =
    [
        "another audience", "no audience", "expired", "without an end", "not yet good", "signed by another", "altered", "unsigned", "unsigned, with a signature",
        "signed with the public key as secret", "of an issuer that is not configured", "of no issuer", "of another issuer, signed by ours", "of no subject", "no token", "two dots",
    ];

    [TestCaseSource(nameof(BadTokens))]
    public async Task A_bad_token_is_answered_as_none(string kind)
    {
        var token = kind switch
        {
            "another audience" => issuer.Token("bad", ("aud", "another-api")),
            "no audience" => issuer.Token("bad", ("aud", null)),
            "expired" => issuer.Token("bad", ("exp", Now - 60), ("nbf", Now - 120), ("iat", Now - 120)),
            "without an end" => issuer.Token("bad", ("exp", null)),
            "not yet good" => issuer.Token("bad", ("nbf", Now + 120)),
            "signed by another" => TestIssuer.Sign(issuer.Claims("bad"), new SigningCredentials(new RsaSecurityKey(stranger.Key.Rsa) { KeyId = issuer.Key.KeyId }, SecurityAlgorithms.RsaSha256)),
            "altered" => Alter(issuer.Token("bad")),
            "unsigned" => TestIssuer.Sign(issuer.Claims("bad"), null),
            "unsigned, with a signature" => Alter(issuer.Token("bad"), """{"alg":"none","typ":"JWT"}"""),
            "signed with the public key as secret" => TestIssuer.Sign(
                issuer.Claims("bad"), new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(issuer.Key.Rsa.ExportSubjectPublicKeyInfoPem())) { KeyId = issuer.Key.KeyId }, SecurityAlgorithms.HmacSha256)),
            "of an issuer that is not configured" => stranger.Token("bad"),
            "of no issuer" => issuer.Token("bad", ("iss", null)),
            "of another issuer, signed by ours" => issuer.Token("bad", ("iss", stranger.Address)),
            "of no subject" => issuer.Token("bad", ("sub", null)),
            "two dots" => "a.b.c",
            _ => "..",
        };
        foreach (var path in (string[])["/api/me", "/api/orgs/issued/projects"])
            Assert.That(await GetAsync(token, path), Is.EqualTo(await Answer.ToAsync(accounts.Anybody, HttpMethod.Get, path)), path);
        Assert.That(await accounts.AskAsync<long>("select count(*) from public.users where email like 'bad@%'"), Is.Zero);
    }

    [Test]
    public async Task An_account_that_is_there_is_never_taken_over()
    {
        var owner = await accounts.JoinAsync("victim@issued.example");
        var refused = await GetAsync(issuer.Token("thief", ("email", "VICTIM@issued.example")), "/api/me");
        Assert.That((refused.Status, refused.Code), Is.EqualTo((401, "auth.address_taken")));
        Assert.That(await accounts.IsLiveAsync(owner), Is.True);
        Assert.That(await accounts.AskAsync<long>("select count(*) from public.external_logins where subject = 'thief'"), Is.Zero);
    }

    [TestCase("email_verified", false)]
    [TestCase("email_verified", null)]
    [TestCase("email_verified", "no")]
    [TestCase("email", null)]
    [TestCase("email", "no address")]
    public async Task An_address_that_the_issuer_does_not_vouch_for_makes_no_account(string claim, object? value)
    {
        var refused = await GetAsync(issuer.Token("unverified", (claim, value)), "/api/me");
        Assert.That((refused.Status, refused.Code), Is.EqualTo((401, "auth.address_unverified")));
        Assert.That(await accounts.AskAsync<long>("select count(*) from public.users where email = 'unverified@issued.example'"), Is.Zero);
    }

    [Test]
    public async Task Of_many_first_requests_at_once_one_makes_the_account()
    {
        var tokens = Enumerable.Range(0, 16).Select(i => issuer.Token("crowd", ("sid", $"session-{i % 2}"))).ToList();
        var answers = await Task.WhenAll(tokens.Select(token => GetAsync(token, "/api/me")));
        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
        Assert.That(answers.Select(answer => answer.Json.GetProperty("id").GetGuid()).Distinct().Count(), Is.EqualTo(1));
        Assert.That(await accounts.AskAsync<long>("select count(*) from public.sessions s join public.users u on u.id = s.user_id where u.email = 'crowd@issued.example'"), Is.EqualTo(2));
    }

    [TestCase("sid")]
    [TestCase("jti")]
    [TestCase(null)]
    public async Task An_ended_session_stays_ended_for_its_tokens_at_every_instance(string? by)
    {
        string Next(string subject) => issuer.Token(subject, ("sid", by == "sid" ? "the-session" : null), ("jti", by == "jti" ? "the-token" : null));
        var subject = $"ended-{by}";
        var token = Next(subject);
        Assert.That((await GetAsync(token, "/api/me")).Status, Is.EqualTo(200));
        Assert.That((await SendAsync(token, HttpMethod.Post, "/api/auth/logout", null)).Status, Is.EqualTo(204));
        Assert.That((await GetAsync(token, "/api/me")).Code, Is.EqualTo("auth.required"));
        Assert.That((await GetAsync(token, "/api/orgs/issued/projects")).Code, Is.EqualTo("auth.required"), "nor on the data plane");
        if (by is not null) Assert.That((await GetAsync(Next(subject), "/api/me")).Code, Is.EqualTo("auth.required"), "a later token of the same");

        await using var second = TestApp.StartOn(accounts.App.Database, Configure(issuer));
        using var client = second.CreateClient();
        Assert.That((await Answer.ToAsync(client, HttpMethod.Get, "/api/me", null, ("Authorization", $"Bearer {token}"))).Code, Is.EqualTo("auth.required"));
        Assert.That((await GetAsync(issuer.Token(subject, ("sid", "another")), "/api/me")).Status, Is.EqualTo(200), "another login is");
    }

    [Test]
    public async Task A_later_token_of_the_issuers_session_prolongs_it()
    {
        var first = issuer.Token("long", ("sid", "one"), ("exp", Now + 60));
        await GetAsync(first, "/api/me");
        await accounts.AskAsync<int>("update public.sessions s set expires_at = now() from public.users u where u.id = s.user_id and u.email = 'long@issued.example'");
        Assert.That((await GetAsync(first, "/api/me")).Code, Is.EqualTo("auth.required"));
        Assert.That((await GetAsync(issuer.Token("long", ("sid", "one")), "/api/me")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Logging_out_everywhere_ends_also_tokens_that_were_never_shown()
    {
        var shown = issuer.Token("everywhere", ("iat", Now - 10));
        var hidden = issuer.Token("everywhere", ("iat", Now - 10));
        await GetAsync(shown, "/api/me");
        await SendAsync(shown, HttpMethod.Post, "/api/auth/logout?all=true", null);
        Assert.That((await GetAsync(hidden, "/api/me")).Code, Is.EqualTo("auth.required"));
        Assert.That((await GetAsync(issuer.Token("everywhere", ("iat", Now + 5)), "/api/me")).Status, Is.EqualTo(200), "but not those issued since");
    }

    [Test]
    public async Task A_deleted_account_is_made_anew_by_a_new_login_only()
    {
        var token = issuer.Token("closed", ("iat", Now - 10));
        var hidden = issuer.Token("closed", ("iat", Now - 10));
        var former = (await GetAsync(token, "/api/me")).Json.GetProperty("id").GetGuid();
        await accounts.PostAsync("forgot-password", new { email = "closed@issued.example" });
        var reset = await accounts.TokenAsync("closed@issued.example", Service.Mail.MailTemplate.ResetPassword);
        await accounts.PostAsync("reset-password", new { token = reset, password = TestApp.Password });
        var login = (await accounts.LogInAsync("closed@issued.example")).Json;
        // Setting a password closed the login to them too; here it is the deletion that must.
        await accounts.AskAsync<int>("update public.external_logins set valid_after = null where subject = 'closed'");
        Assert.That((await accounts.SendAsync(login, HttpMethod.Delete, "/api/me", new { password = TestApp.Password })).Status, Is.EqualTo(204));

        Assert.That((await GetAsync(token, "/api/me")).Code, Is.EqualTo("auth.required"));
        Assert.That((await GetAsync(hidden, "/api/me")).Code, Is.EqualTo("auth.required"));
        var again = await GetAsync(issuer.Token("closed", ("iat", Now + 5)), "/api/me");
        Assert.That((again.Status, again.Json.GetProperty("id").GetGuid()), Is.Not.EqualTo((200, former)));
        Assert.That(again.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_token_seen_before_costs_no_round_trip_more_than_one_of_ours()
    {
        await using var database = await TestDatabase.CreateAsync(CancellationToken.None);
        await using var proxy = new CountingProxy(database.Logins.Control);
        await using var app = TestApp.StartOn(database, [("ConnectionStrings:Control", proxy.ConnectionString), .. Configure(issuer)]);
        using var own = await app.ClientForAsync("own@example.com", CancellationToken.None);
        using var outside = app.CreateClient();
        outside.DefaultRequestHeaders.Authorization = new("Bearer", issuer.Token("counted"));
        async Task<int> CountAsync(HttpClient client)
        {
            var before = proxy.RoundTrips;
            Assert.That((await Answer.ToAsync(client, HttpMethod.Get, "/api/orgs")).Status, Is.EqualTo(200));
            return proxy.RoundTrips - before;
        }

        await CountAsync(own);
        await CountAsync(outside);
        Assert.That(await CountAsync(outside), Is.EqualTo(await CountAsync(own)));
    }

    [Test]
    public async Task Keys_alone_are_enough_and_an_issuer_that_does_not_answer_proves_nothing()
    {
        await using var down = TestApp.StartOn(accounts.App.Database, Configure("http://127.0.0.1:9", "Authority", "http://127.0.0.1:9"));
        await using var keys = TestApp.StartOn(accounts.App.Database, Configure(issuer.Address, "JwksAddress", issuer.Address + "/keys"));
        foreach (var (app, token, status) in ((TestApp, string, int)[])[(keys, issuer.Token("keys"), 200), (down, issuer.Token("down", ("iss", "http://127.0.0.1:9")), 401)])
        {
            using var client = app.CreateClient();
            Assert.That((await Answer.ToAsync(client, HttpMethod.Get, "/api/me", null, ("Authorization", $"Bearer {token}"))).Status, Is.EqualTo(status));
        }
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private static (string, string)[] Configure(TestIssuer issuer) => Configure(issuer.Address, "Authority", issuer.Address);

    private static (string, string)[] Configure(string issuer, string kind, string address) =>
        [("Accounts:Issuers:0:Issuer", issuer), ($"Accounts:Issuers:0:{kind}", address), ("Accounts:Issuers:0:Audience", TestIssuer.Audience)];

    private static string Alter(string token, string? header = null)
    {
        var parts = token.Split('.');
        if (header is not null) parts[0] = Base64UrlEncoder.Encode(header);
        else parts[1] = Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("\"bad\"", "\"worse\"", StringComparison.Ordinal));
        return string.Join('.', parts);
    }

    private Task<Answer> GetAsync(string token, string path) => SendAsync(token, HttpMethod.Get, path, null);

    private Task<Answer> SendAsync(string token, HttpMethod method, string path, object? body) =>
        Answer.ToAsync(accounts.Anybody, method, path, body, ("Authorization", $"Bearer {token}"));
}

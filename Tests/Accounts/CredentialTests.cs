using System.Text.Json;
using Tenantry.Service.Mail;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Accounts;

/// <summary>Another address, another password: by who repeats the present one.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class CredentialTests
{
    private AccountsApp accounts = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync() => accounts = await AccountsApp.StartAsync();

    [OneTimeTearDown]
    public async Task CleanAsync() => await accounts.DisposeAsync();

    [Test]
    public async Task Another_address_is_the_callers_once_its_token_is_shown()
    {
        const string former = "former@example.com";
        const string email = "New@example.com";
        var login = await accounts.JoinAsync(former);
        await accounts.PostAsync("forgot-password", new { email = former });
        var reset = await accounts.TokenAsync(former, MailTemplate.ResetPassword);
        Assert.That((await ChangeAsync(login, email, "not the password")).Code, Is.EqualTo("auth.invalid_credentials"));
        Assert.That((await ChangeAsync(login, email)).Status, Is.EqualTo(202));
        Assert.That((await MeAsync(login)).GetProperty("email").GetString(), Is.EqualTo(former), "nothing changes yet");

        var token = await accounts.TokenAsync(email, MailTemplate.ConfirmNewEmail);
        Assert.That((await accounts.PostAsync("confirm-email", new { email = former, token })).Code, Is.EqualTo("token.invalid"), "it was mailed to the other");
        Assert.That((await accounts.PostAsync("confirm-email", new { email, token })).Status, Is.EqualTo(204));
        var me = await MeAsync(login);
        Assert.That((me.GetProperty("email").GetString(), me.GetProperty("emailConfirmed").GetBoolean()), Is.EqualTo((email, true)));
        Assert.That((await accounts.LogInAsync(email)).Status, Is.EqualTo(200));
        Assert.That((await accounts.LogInAsync(former)).Code, Is.EqualTo("auth.invalid_credentials"));
        var told = (await accounts.Mail.ListAsync(former))[^1];
        Assert.That((told.Template, told.Values["email"]), Is.EqualTo((MailTemplate.EmailChanged, email)));
        Assert.That((await accounts.PostAsync("reset-password", new { token = reset, password = "another password" })).Code, Is.EqualTo("token.invalid"), "mailed to the former address");
        Assert.That(await accounts.CountLogAsync(email, "user.email.changed"), Is.EqualTo(1));
    }

    [Test]
    public async Task Whether_the_other_address_is_taken_is_told_to_nobody_but_its_owner()
    {
        await accounts.RegisterAsync("taken@example.com");
        var login = await accounts.JoinAsync("taker@example.com");
        var free = await ChangeAsync(login, "free@example.com");
        Assert.That((await ChangeAsync(login, "taken@example.com"), free.Status), Is.EqualTo((free, 202)));
        var token = await accounts.TokenAsync("taken@example.com", MailTemplate.ConfirmNewEmail);
        Assert.That((await accounts.PostAsync("confirm-email", new { token })).Code, Is.EqualTo("token.invalid"));
        Assert.That((await MeAsync(login)).GetProperty("email").GetString(), Is.EqualTo("taker@example.com"));
    }

    [Test]
    public async Task Of_two_who_change_to_one_address_at_once_one_gets_it()
    {
        var tokens = new List<string>();
        foreach (var email in (string[])["first@example.com", "second@example.com"])
        {
            await ChangeAsync(await accounts.JoinAsync(email), "wanted@example.com");
            tokens.Add(await accounts.TokenAsync("wanted@example.com", MailTemplate.ConfirmNewEmail));
        }

        var answers = await Task.WhenAll(tokens.Select(token => accounts.PostAsync("confirm-email", new { token })));
        Assert.That(answers.Select(answer => answer.Status), Is.EquivalentTo([204, 400]));
    }

    [Test]
    public async Task Another_password_ends_the_other_sessions_and_what_was_mailed()
    {
        const string email = "password@example.com";
        var here = await accounts.JoinAsync(email);
        var elsewhere = (await accounts.LogInAsync(email)).Json;
        // Somebody who had the former password is about to take the account to another address.
        await ChangeAsync(elsewhere, "mallory@example.com");
        await accounts.PostAsync("forgot-password", new { email });

        Assert.That((await SetAsync(here, "not the password")).Code, Is.EqualTo("auth.invalid_credentials"));
        Assert.That((await SetAsync(here)).Status, Is.EqualTo(204));
        Assert.That((await accounts.IsLiveAsync(here), await accounts.IsLiveAsync(elsewhere)), Is.EqualTo((true, false)));
        Assert.That((await accounts.LogInAsync(email)).Code, Is.EqualTo("auth.invalid_credentials"));
        Assert.That((await accounts.LogInAsync(email, "another password")).Status, Is.EqualTo(200));
        Assert.That(await accounts.ListMailAsync(email), Does.Contain(MailTemplate.PasswordChanged));
        Assert.That((await accounts.PostAsync("confirm-email", new { token = await accounts.TokenAsync("mallory@example.com", MailTemplate.ConfirmNewEmail) })).Code, Is.EqualTo("token.invalid"));
        Assert.That((await accounts.PostAsync("reset-password", new { token = await accounts.TokenAsync(email, MailTemplate.ResetPassword), password = "a third one" })).Code, Is.EqualTo("token.invalid"));
        Assert.That(await accounts.CountLogAsync(email, "user.password.changed"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_dead_session_proves_nothing_and_counts_nothing()
    {
        const string email = "dead-proof@example.com";
        var login = await accounts.JoinAsync(email);
        await accounts.SendAsync(login, HttpMethod.Post, "/api/auth/logout");
        for (var i = 0; i < 8; i++) Assert.That((await SetAsync(login, "not the password")).Code, Is.EqualTo("auth.required"));
        Assert.That((await accounts.LogInAsync(email)).Status, Is.EqualTo(200));
    }

    [TestCase("email", """{"email":"nobody","password":"x"}""", "email")]
    [TestCase("email", """{"email":"a@example.com"}""", "password")]
    [TestCase("password", """{"currentPassword":"x","newPassword":"short"}""", "newPassword")]
    [TestCase("password", """{"newPassword":"another password"}""", "currentPassword")]
    public async Task Bad_input_is_named_by_field(string path, string body, string field)
    {
        var login = await accounts.JoinAsync($"{path}-{field}@example.com");
        var answer = await accounts.SendAsync(login, HttpMethod.Post, $"/api/me/{path}", body);
        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "request.invalid")));
        Assert.That(answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name), Is.EqualTo([field]));
    }

    private Task<Answer> ChangeAsync(JsonElement login, string email, string password = TestApp.Password) =>
        accounts.SendAsync(login, HttpMethod.Post, "/api/me/email", new { email, password });

    private Task<Answer> SetAsync(JsonElement login, string currentPassword = TestApp.Password) =>
        accounts.SendAsync(login, HttpMethod.Post, "/api/me/password", new { currentPassword, newPassword = "another password" });

    private async Task<JsonElement> MeAsync(JsonElement login) => (await accounts.SendAsync(login, HttpMethod.Get, "/api/me")).Json;
}

using Tenantry.Service.Mail;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Accounts;

/// <summary>What is mailed to prove an address and to set a new password. The tests share one service; each has its own addresses.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class TokenTests
{
    private AccountsApp accounts = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync() => accounts = await AccountsApp.StartAsync(("Accounts:RequireConfirmedEmail", "true"));

    [OneTimeTearDown]
    public async Task CleanAsync() => await accounts.DisposeAsync();

    [Test]
    public async Task An_address_is_confirmed_by_the_mailed_token_and_then_can_log_in()
    {
        const string email = "confirm@example.com";
        await accounts.RegisterAsync(email);
        Assert.That((await accounts.LogInAsync(email)).Code, Is.EqualTo("auth.invalid_credentials"));
        var token = await accounts.TokenAsync(email, MailTemplate.ConfirmEmail);
        Assert.That((await accounts.PostAsync("confirm-email", new { email, token })).Status, Is.EqualTo(204));
        Assert.That((await accounts.LogInAsync(email)).Status, Is.EqualTo(200));
        Assert.That(await accounts.CountLogAsync(email, "user.email.confirmed"), Is.EqualTo(1));
    }

    [TestCase("confirm-email")]
    [TestCase("reset-password")]
    public async Task Of_sixteen_uses_of_a_token_at_once_one_is_good(string path)
    {
        var email = $"sixteen-{path}@example.com";
        await accounts.RegisterAsync(email);
        await accounts.PostAsync("forgot-password", new { email });
        var token = await accounts.TokenAsync(email, path == "confirm-email" ? MailTemplate.ConfirmEmail : MailTemplate.ResetPassword);
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => accounts.PostAsync(path, new { token, password = "another password" })));
        Assert.That(answers.Count(answer => answer.Status == 204), Is.EqualTo(1));
        Assert.That(answers.Count(answer => (answer.Status, answer.Code) == (400, "token.invalid")), Is.EqualTo(15));
        Assert.That((await accounts.PostAsync(path, new { token, password = "another password" })).Code, Is.EqualTo("token.invalid"));
    }

    [Test]
    public async Task An_unknown_a_used_an_expired_a_strangers_and_another_purposes_token_get_one_answer()
    {
        const string email = "bad-token@example.com";
        await accounts.RegisterAsync(email);
        await accounts.RegisterAsync("other-token@example.com");
        await accounts.PostAsync("forgot-password", new { email });
        var token = await accounts.TokenAsync(email, MailTemplate.ConfirmEmail);
        var reset = await accounts.TokenAsync(email, MailTemplate.ResetPassword);
        var unknown = await accounts.PostAsync("confirm-email", new { token = new string('A', 43) });
        Assert.That((unknown.Status, unknown.Code), Is.EqualTo((400, "token.invalid")));
        Assert.That(await accounts.PostAsync("confirm-email", new { token = "no token at all" }), Is.EqualTo(unknown));
        Assert.That(await accounts.PostAsync("confirm-email", new { token = reset }), Is.EqualTo(unknown), "for another purpose");
        Assert.That(await accounts.PostAsync("reset-password", new { token, password = "another password" }), Is.EqualTo(unknown), "for another purpose");
        Assert.That(await accounts.PostAsync("confirm-email", new { email = "other-token@example.com", token }), Is.EqualTo(unknown), "with another address");

        await accounts.AskAsync<int>("update public.account_tokens t set expires_at = now() from public.users u where u.id = t.user_id and u.email = @email", new { email });
        Assert.That(await accounts.PostAsync("confirm-email", new { token }), Is.EqualTo(unknown), "expired");
        await accounts.AskAsync<int>("update public.account_tokens t set expires_at = now() + interval '1 minute' from public.users u where u.id = t.user_id and u.email = @email", new { email });
        Assert.That((await accounts.PostAsync("confirm-email", new { email = "BAD-token@example.com", token })).Status, Is.EqualTo(204), "none of them used it up");
        Assert.That(await accounts.PostAsync("confirm-email", new { token }), Is.EqualTo(unknown), "used");
    }

    [Test]
    public async Task Using_a_token_voids_the_others_for_the_same_and_leaves_those_for_another()
    {
        const string email = "several@example.com";
        await accounts.RegisterAsync(email);
        var first = await accounts.TokenAsync(email, MailTemplate.ConfirmEmail);
        await accounts.PostAsync("resend-confirmation", new { email });
        await accounts.PostAsync("forgot-password", new { email });
        var second = await accounts.TokenAsync(email, MailTemplate.ConfirmEmail);
        Assert.That(second, Is.Not.EqualTo(first));
        Assert.That((await accounts.PostAsync("confirm-email", new { token = first })).Status, Is.EqualTo(204), "an earlier mail is as good");
        Assert.That((await accounts.PostAsync("confirm-email", new { token = second })).Code, Is.EqualTo("token.invalid"));
        var reset = await accounts.TokenAsync(email, MailTemplate.ResetPassword);
        Assert.That((await accounts.PostAsync("reset-password", new { token = reset, password = "another password" })).Status, Is.EqualTo(204));
    }

    [Test]
    public async Task A_reset_ends_the_sessions_lifts_the_lockout_and_confirms_the_address()
    {
        const string email = "reset@example.com";
        await accounts.RegisterAsync(email);
        await accounts.AskAsync<int>("update public.users set email_confirmed = true where email = @email", new { email });
        var before = (await accounts.LogInAsync(email)).Json;
        await accounts.AskAsync<int>("update public.users set email_confirmed = false where email = @email", new { email });
        for (var i = 0; i < 6; i++) await accounts.LogInAsync(email, "not the password");
        Assert.That((await accounts.LogInAsync(email)).Code, Is.EqualTo("auth.locked_out"));
        var stamp = await accounts.AskAsync<string>("select security_stamp from public.users where email = @email", new { email });

        Assert.That((await accounts.PostAsync("forgot-password", new { email })).Status, Is.EqualTo(202));
        var token = await accounts.TokenAsync(email, MailTemplate.ResetPassword);
        Assert.That((await accounts.PostAsync("reset-password", new { email, token, password = "another password" })).Status, Is.EqualTo(204));

        Assert.That(await accounts.IsLiveAsync(before), Is.False);
        Assert.That((await accounts.PostAsync("refresh", new { refreshToken = before.GetProperty("refreshToken").GetString() })).Status, Is.EqualTo(401));
        Assert.That((await accounts.LogInAsync(email)).Code, Is.EqualTo("auth.invalid_credentials"), "the former password");
        Assert.That((await accounts.LogInAsync(email, "another password")).Status, Is.EqualTo(200));
        Assert.That(await accounts.AskAsync<string>("select security_stamp from public.users where email = @email", new { email }), Is.Not.EqualTo(stamp));
        Assert.That(await accounts.ListMailAsync(email), Does.Contain(MailTemplate.PasswordChanged));
        Assert.That(await accounts.CountLogAsync(email, "user.password.changed"), Is.EqualTo(1));
        Assert.That(await accounts.CountLogAsync(email, "session.ended"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_known_address_is_told_by_mail_and_nobody_else_is()
    {
        const string email = "twice@example.com";
        await accounts.RegisterAsync(email);
        await accounts.RegisterAsync(email);
        Assert.That(await accounts.ListMailAsync(email), Is.EqualTo([MailTemplate.ConfirmEmail, MailTemplate.AlreadyRegistered]));
        Assert.That(await accounts.AskAsync<long>("select count(*) from public.account_tokens t left join public.users u on u.id = t.user_id where u.id is null"), Is.Zero);
    }

    [TestCase("resend-confirmation", MailTemplate.ConfirmEmail)]
    [TestCase("forgot-password", MailTemplate.ResetPassword)]
    public async Task A_mailbox_gets_so_many_mails_an_hour_and_who_asks_is_not_told(string path, MailTemplate template)
    {
        var email = $"flood-{path}@example.com";
        await accounts.RegisterAsync(email);
        var answers = new List<Answer>();
        for (var i = 0; i < 8; i++) answers.Add(await accounts.PostAsync(path, new { email }));
        Assert.That(answers.Distinct().Single().Status, Is.EqualTo(202));
        Assert.That((await accounts.ListMailAsync(email)).Count(mail => mail == template), Is.EqualTo(5));
        await accounts.AskAsync<int>("update public.account_mails set since = since - interval '61 minutes' where address_hash = sha256(convert_to(upper(@email), 'UTF8'))", new { email });
        await accounts.PostAsync(path, new { email });
        Assert.That((await accounts.ListMailAsync(email)).Count(mail => mail == template), Is.EqualTo(6));
    }

    [Test]
    public async Task A_confirmed_address_is_asked_to_confirm_nothing()
    {
        const string email = "confirmed@example.com";
        await accounts.RegisterAsync(email);
        await accounts.PostAsync("confirm-email", new { token = await accounts.TokenAsync(email, MailTemplate.ConfirmEmail) });
        Assert.That((await accounts.PostAsync("resend-confirmation", new { email })).Status, Is.EqualTo(202));
        Assert.That(await accounts.ListMailAsync(email), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task No_mailed_token_is_kept_in_clear()
    {
        const string email = "clear@example.com";
        await accounts.RegisterAsync(email);
        var token = await accounts.TokenAsync(email, MailTemplate.ConfirmEmail);
        var rows = await accounts.AskAsync<string>(
            "select string_agg(r, ' ') from (select t::text r from public.account_tokens t union all select m::text from public.mail_outbox m union all select l::text from public.audit_log l) rows");
        var bytes = Convert.ToHexString(System.Buffers.Text.Base64Url.DecodeFromChars(token));
        Assert.That(rows, Does.Not.Contain(token).And.Not.Contain(bytes).IgnoreCase);
    }

    [TestCase("confirm-email", "{}", "token")]
    [TestCase("reset-password", """{"token":"x","password":"short"}""", "password")]
    [TestCase("reset-password", """{"password":"another password"}""", "token")]
    [TestCase("forgot-password", """{"email":"nobody"}""", "email")]
    [TestCase("resend-confirmation", "{}", "email")]
    public async Task Bad_input_is_named_by_field(string path, string body, string field)
    {
        var answer = await accounts.PostAsync(path, body);
        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "request.invalid")));
        Assert.That(answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name), Is.EqualTo([field]));
    }
}

using System.Text.Json;
using Dapper;
using Tenantry.Service.Mail;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Accounts;

/// <summary>A service and what people do with their accounts on it, in words.</summary>
internal sealed class AccountsApp : IAsyncDisposable
{
    private AccountsApp(TestApp app) => (App, Mail, Anybody) = (app, new Mailbox(app), app.CreateClient());

    public TestApp App { get; }

    public Mailbox Mail { get; }

    public HttpClient Anybody { get; }

    public static async Task<AccountsApp> StartAsync(params (string Key, string Value)[] settings) =>
        new(await TestApp.StartAsync(CancellationToken.None, [("Accounts:RequestsPerMinute", "100000"), .. settings]));

    public Task<Answer> PostAsync(string path, object body) => Answer.ToAsync(Anybody, HttpMethod.Post, $"/api/auth/{path}", body);

    public Task<Answer> RegisterAsync(string email) => PostAsync("register", new { email, password = TestApp.Password });

    public Task<Answer> LogInAsync(string email, string password = TestApp.Password, string? code = null) =>
        PostAsync("login", new { email, password, twoFactorCode = code });

    /// <summary>A new account's login.</summary>
    public async Task<JsonElement> JoinAsync(string email)
    {
        await RegisterAsync(email);
        return (await LogInAsync(email)).Json;
    }

    public Task<Answer> SendAsync(JsonElement login, HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers) =>
        Answer.ToAsync(Anybody, method, path, body, [("Authorization", $"Bearer {login.GetProperty("accessToken").GetString()}"), .. headers]);

    public async Task<bool> IsLiveAsync(JsonElement login) => (await SendAsync(login, HttpMethod.Get, "/api/me")).Status == 200;

    /// <summary>The kinds of mail to an address, oldest first.</summary>
    public async Task<IReadOnlyList<MailTemplate>> ListMailAsync(string address) =>
        [.. (await Mail.ListAsync(address)).Select(mail => mail.Template)];

    /// <summary>The token in the latest mail of a kind to an address.</summary>
    public Task<string> TokenAsync(string address, MailTemplate template) => Mail.TokenAsync(address, template);

    public async Task<T?> AskAsync<T>(string sql, object? parameters = null)
    {
        await using var server = await App.Database.OpenAdminAsync(CancellationToken.None);
        return await server.ExecuteScalarAsync<T>(sql, parameters);
    }

    /// <summary>How often the log tells of an action of a user, found by address.</summary>
    public Task<long> CountLogAsync(string email, string action) => AskAsync<long>(
        "select count(*) from public.audit_log l join public.users u on u.id = l.actor_id where u.email = @email and l.action = @action and l.origin is not null", new { email, action });

    public async ValueTask DisposeAsync()
    {
        Anybody.Dispose();
        await App.DisposeAsync();
    }
}

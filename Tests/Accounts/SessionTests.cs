using System.Text.Json;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Accounts;

/// <summary>Where a user is logged in, seen and ended by that user only.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class SessionTests
{
    private AccountsApp accounts = null!;

    [OneTimeSetUp]
    public async Task PrepareAsync() => accounts = await AccountsApp.StartAsync();

    [OneTimeTearDown]
    public async Task CleanAsync() => await accounts.DisposeAsync();

    [Test]
    public async Task They_are_listed_with_where_they_are_from_the_callers_own_marked()
    {
        const string email = "list@example.com";
        var first = await accounts.JoinAsync(email);
        var second = (await Answer.ToAsync(accounts.Anybody, HttpMethod.Post, "/api/auth/login", new { email, password = TestApp.Password },
            ("User-Agent", "Browser/1.0 \t(" + new string('x', 400) + ")"))).Json;
        await accounts.JoinAsync("other-list@example.com");

        var items = await ListAsync(second);
        Assert.That(items, Has.Length.EqualTo(2));
        Assert.That(items.Select(item => item.GetProperty("current").GetBoolean()), Is.EqualTo([true, false]));
        Assert.That(items[0].GetProperty("userAgent").GetString(), Does.StartWith("Browser/1.0 (xxx").And.Length.EqualTo(256));
        Assert.That(items[1].GetProperty("userAgent").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(items[0].GetProperty("origin").GetString(), Is.EqualTo("127.0.0.1"));
        Assert.That(items[0].GetProperty("expiresAt").GetDateTimeOffset(), Is.GreaterThan(items[0].GetProperty("createdAt").GetDateTimeOffset()));
        await accounts.SendAsync(first, HttpMethod.Post, "/api/auth/logout");
        Assert.That(await ListAsync(second), Has.Length.EqualTo(1), "what has ended is not listed");
    }

    [Test]
    public async Task One_is_ended_with_its_tokens_at_once()
    {
        const string email = "revoke@example.com";
        var lost = await accounts.JoinAsync(email);
        var here = (await accounts.LogInAsync(email)).Json;
        var id = IdOf((await ListAsync(here)).Single(item => !item.GetProperty("current").GetBoolean()));
        Assert.That((await EndAsync(here, id)).Status, Is.EqualTo(204));
        Assert.That((await accounts.IsLiveAsync(lost), await accounts.IsLiveAsync(here)), Is.EqualTo((false, true)));
        Assert.That((await accounts.SendAsync(lost, HttpMethod.Get, "/api/orgs/acme/projects")).Code, Is.EqualTo("auth.required"));
        Assert.That((await accounts.PostAsync("refresh", new { refreshToken = lost.GetProperty("refreshToken").GetString() })).Code, Is.EqualTo("auth.invalid_credentials"));
        Assert.That((await EndAsync(here, id)).Code, Is.EqualTo("resource.not_found"), "again");
        Assert.That(await accounts.CountLogAsync(email, "session.ended"), Is.EqualTo(1));
    }

    [Test]
    public async Task Another_users_session_is_not_there()
    {
        var victim = await accounts.JoinAsync("victim@example.com");
        var id = IdOf((await ListAsync(victim)).Single());
        var thief = await accounts.JoinAsync("thief@example.com");
        var foreign = await EndAsync(thief, id);
        Assert.That((foreign.Status, foreign.Code), Is.EqualTo((404, "resource.not_found")));
        Assert.That(await EndAsync(thief, Guid.CreateVersion7()), Is.EqualTo(foreign));
        Assert.That(await accounts.IsLiveAsync(victim), Is.True);
    }

    private async Task<JsonElement[]> ListAsync(JsonElement login) =>
        [.. (await accounts.SendAsync(login, HttpMethod.Get, "/api/me/sessions")).Json.GetProperty("items").EnumerateArray()];

    private Task<Answer> EndAsync(JsonElement login, Guid id) => accounts.SendAsync(login, HttpMethod.Delete, $"/api/me/sessions/{id}");

    private static Guid IdOf(JsonElement session) => session.GetProperty("id").GetGuid();
}

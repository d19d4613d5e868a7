using System.Buffers.Text;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Tenantry.Service.Tenants;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Tenants;

/// <summary>The org kept in a session: found by its id whatever it is called, and by nobody else's cookie.</summary>
internal sealed class SessionOrgTests
{
    private TestApp app = null!;
    private HttpClient ada = null!;

    [SetUp]
    public async Task PrepareAsync()
    {
        app = await TestApp.StartAsync(CancellationToken.None, ("Tenancy:Selectors", "Session,Header"));
        ada = await app.ClientForAsync("ada@example.com", CancellationToken.None);
        await TestApp.MakeOrgAsync(ada, "acme", CancellationToken.None);
        await Answer.ToAsync(ada, HttpMethod.Post, "/api/orgs/acme/projects", new { name = "Adas" });
    }

    [TearDown]
    public async Task CleanAsync()
    {
        ada.Dispose();
        await app.DisposeAsync();
    }

    [Test]
    public async Task An_org_is_kept_until_it_is_given_up_and_both_are_logged()
    {
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/projects")).Code, Is.EqualTo("org.required"));
        Assert.That(await ChooseAsync("acme"), Does.Contain("httponly").And.Contain("samesite=strict").And.Contain("path=/"));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/projects")).Body, Does.Contain("Adas"));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Delete, "/api/session/org")).Status, Is.EqualTo(204));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/projects")).Code, Is.EqualTo("org.required"));

        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        Assert.That(await server.QueryAsync<string>("select details ->> 'org' from public.audit_log where action = 'session.org.chosen' order by at"),
            Is.EqualTo(new[] { await server.ExecuteScalarAsync<string>("select id::text from public.orgs where slug = 'acme'"), null }));
    }

    [TestCase("globex")]
    [TestCase("no-such-org")]
    [TestCase("\"; drop schema public cascade; --")]
    public async Task Only_a_members_org_can_be_chosen(string org)
    {
        using var bob = await app.ClientForAsync("bob@example.com", CancellationToken.None);
        await TestApp.MakeOrgAsync(bob, "globex", CancellationToken.None);
        var answer = await Answer.ToAsync(ada, HttpMethod.Put, "/api/session/org", new { org });
        Assert.That((answer.Status, answer.Code), Is.EqualTo((404, "org.not_found")));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/projects")).Code, Is.EqualTo("org.required"));
    }

    [Test]
    public async Task After_a_rename_it_is_the_same_org_and_never_the_one_that_has_the_slug_next()
    {
        await ChooseAsync("acme");
        await RenameAsync("acme", "acme-two");
        await TestApp.MakeOrgAsync(ada, "other", CancellationToken.None);
        await RenameAsync("other", "acme");
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/projects")).Body, Does.Contain("Adas"));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/projects", null, ("X-Org", "acme-two"))).Body, Does.Contain("Adas"), "its slug of today agrees");
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/projects", null, ("X-Org", "acme"))).Code, Is.EqualTo("org.ambiguous"));
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/acme")).Code, Is.EqualTo("org.ambiguous"), "on the control plane as well");
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/orgs/acme-two")).Status, Is.EqualTo(200));
    }

    [TestCase("delete from public.memberships", "org.not_found")]
    [TestCase("update public.tenants set state = 'deleting'", "org.not_found")]
    [TestCase("update public.tenants set state = 'suspended'", "org.suspended")]
    [TestCase("update public.sessions set ended_at = now()", "auth.required")]
    public async Task It_is_a_claim_and_no_right(string change, string code)
    {
        await ChooseAsync("acme");
        await using (var server = await app.Database.OpenAdminAsync(CancellationToken.None)) await server.ExecuteAsync(change);
        Assert.That((await Answer.ToAsync(ada, HttpMethod.Get, "/api/projects")).Code, Is.EqualTo(code));
    }

    [Test]
    public async Task A_forged_or_expired_cookie_and_one_of_another_session_are_as_if_they_were_not_there()
    {
        var cookie = (await ChooseAsync("acme")).Split(';')[0];
        async Task<string?> WithAsync(HttpClient client, string value) => (await Answer.ToAsync(client, HttpMethod.Get, "/api/projects", null, ("Cookie", value))).Code;
        using var again = await TestApp.LogInAsync(app.CreateClient(), "ada@example.com", CancellationToken.None);
        using var bob = await app.ClientForAsync("bob@example.com", CancellationToken.None);
        Assert.That(await WithAsync(again, cookie), Is.EqualTo("org.required"), "Ada's other session");
        Assert.That(await WithAsync(bob, cookie), Is.EqualTo("org.required"), "Bob's");

        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        var org = await server.ExecuteScalarAsync<Guid>("select id from public.orgs");
        var session = await server.ExecuteScalarAsync<Guid>("select s.id from public.sessions s join public.users u on u.id = s.user_id where u.email = 'bob@example.com'");
        byte[] ids = [.. session.ToByteArray(), .. org.ToByteArray()];
        var protection = app.Services.GetRequiredService<IDataProtectionProvider>();
        var protector = protection.CreateProtector(SessionOrgCookie.Purpose).ToTimeLimitedDataProtector();
        string Of(byte[] bytes) => $"{SessionOrgCookie.Name}={Base64Url.EncodeToString(bytes)}";
        Assert.That(await WithAsync(bob, Of(protector.Protect(ids, TimeSpan.FromHours(1)))), Is.EqualTo("org.not_found"), "the control: a whole one is read, and refused by the rows");
        Assert.That(await WithAsync(bob, Of(protector.Protect(ids, TimeSpan.FromHours(-1)))), Is.EqualTo("org.required"), "expired");
        Assert.That(await WithAsync(bob, Of(protection.CreateProtector("other").ToTimeLimitedDataProtector().Protect(ids))), Is.EqualTo("org.required"), "made for another purpose");
        Assert.That(await WithAsync(bob, Of(ids)), Is.EqualTo("org.required"), "unprotected");
        foreach (var forged in (string[])["acme", "", "\"; drop", new string('A', 4000), "%00"])
            Assert.That(await WithAsync(bob, $"{SessionOrgCookie.Name}={forged}"), Is.EqualTo("org.required"), forged);
    }

    private async Task RenameAsync(string slug, string next)
    {
        // As after the time for which a slug is kept for its former org.
        await using var server = await app.Database.OpenAdminAsync(CancellationToken.None);
        await server.ExecuteAsync("update public.orgs set slug = @next where slug = @slug", new { slug, next });
    }

    /// <summary>The cookie that is set, which the client sends from then on.</summary>
    private async Task<string> ChooseAsync(string org)
    {
        using var content = System.Net.Http.Json.JsonContent.Create(new { org });
        using var answer = await ada.PutAsync(new Uri("/api/session/org", UriKind.Relative), content);
        Assert.That((int)answer.StatusCode, Is.EqualTo(204));
        return answer.Headers.GetValues("Set-Cookie").Single();
    }
}

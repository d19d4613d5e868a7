using Tenantry.Tests.Foundation;
using Tenantry.Tests.Tenancy;

namespace Tenantry.Tests.Accounts;

/// <summary>What anybody may ask about an address takes as many steps for a known one as for an unknown one.</summary>
internal sealed class EnumerationTests
{
    [TestCase("register", false)]
    [TestCase("login", false)]
    [TestCase("resend-confirmation", false)]
    [TestCase("resend-confirmation", true)]
    [TestCase("forgot-password", false)]
    public async Task A_known_and_an_unknown_address_get_the_same_answer_after_the_same_steps(string path, bool confirmed)
    {
        await using var database = await TestDatabase.CreateAsync(CancellationToken.None);
        await using var proxy = new CountingProxy(database.Logins.Control);
        await using var app = TestApp.StartOn(database, ("ConnectionStrings:Control", proxy.ConnectionString), ("Accounts:RequireConfirmedEmail", "true"));
        using var client = app.CreateClient();
        Task<Answer> PostAsync(string to, string email) => Answer.ToAsync(client, HttpMethod.Post, $"/api/auth/{to}", new { email, password = to == path ? "not the password" : TestApp.Password });

        // The first mail makes the ring's key.
        foreach (var email in (string[])["known@example.com", "warm@example.com"])
        {
            await PostAsync("register", email);
            await PostAsync("forgot-password", "nobody@example.com");
        }

        if (confirmed)
        {
            await using var server = await database.OpenAdminAsync(CancellationToken.None);
            await Dapper.SqlMapper.ExecuteAsync(server, "update public.users set email_confirmed = true");
        }

        async Task<(Answer Answer, int RoundTrips)> MeasureAsync(string email)
        {
            var before = proxy.RoundTrips;
            return (await PostAsync(path, email), proxy.RoundTrips - before);
        }

        await MeasureAsync("warm@example.com");
        var known = await MeasureAsync("known@example.com");
        Assert.That(await MeasureAsync("unknown@example.com"), Is.EqualTo(known));
        Assert.That(known.RoundTrips, Is.GreaterThan(1));
    }
}

using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Members;

/// <summary>Two admins, on two instances of the service, who would leave the org without one between them. Many rounds, since a race is not lost each time.</summary>
internal sealed class LastAdminTests
{
    private const int Rounds = 25;

    private Community community = null!;
    private TestApp second = null!;

    [SetUp]
    public async Task PrepareAsync()
    {
        community = await Community.StartAsync();
        second = TestApp.StartOn(community.App.Database, ("Accounts:RequestsPerMinute", "100000"));
    }

    [TearDown]
    public async Task CleanAsync()
    {
        await second.DisposeAsync();
        await community.DisposeAsync();
    }

    [Test, CancelAfter(120_000)]
    public Task Two_admins_who_demote_each_other_leave_one(CancellationToken _) => CompeteAsync(
        (org, ada, bob) => ada.PatchAsync($"{org}/members/{bob.Id}", new { role = "member" }),
        (org, ada, bob) => bob.PatchAsync($"{org}/members/{ada.Id}", new { role = "member" }));

    [Test, CancelAfter(120_000)]
    public Task Two_admins_who_remove_each_other_leave_one(CancellationToken _) => CompeteAsync(
        (org, ada, bob) => ada.DeleteAsync($"{org}/members/{bob.Id}"),
        (org, ada, bob) => bob.DeleteAsync($"{org}/members/{ada.Id}"));

    [Test, CancelAfter(120_000)]
    public Task Of_one_who_leaves_and_one_who_is_demoted_one_stays(CancellationToken _) => CompeteAsync(
        (org, ada, bob) => ada.DeleteAsync($"{org}/members/{ada.Id}"),
        (org, ada, bob) => bob.PatchAsync($"{org}/members/{bob.Id}", new { role = "member" }));

    private async Task CompeteAsync(Func<string, Person, Person, Task<Answer>> here, Func<string, Person, Person, Task<Answer>> there)
    {
        var (ada, bob) = (await community.AddAsync("ada"), await community.AddAsync("bob", second));
        var org = await community.MakeOrgAsync(ada, "org");
        for (var round = 0; round < Rounds; round++)
        {
            await community.JoinAsync(org, ada, "admin");
            await community.JoinAsync(org, bob, "admin");
            var answers = await Task.WhenAll(here(org, ada, bob), there(org, ada, bob));
            Assert.That(answers.Count(answer => answer.Status is 200 or 204), Is.EqualTo(1), string.Join('\n', answers.Select(answer => $"{answer.Status} {answer.Body}")));
            Assert.That(
                await community.ReadAsync<long>("select count(*) from public.memberships m join public.orgs o on o.id = m.org_id where o.slug = @slug and m.role = 'admin'", new { slug = Community.SlugOf(org) }),
                Is.EqualTo(1));
        }
    }
}

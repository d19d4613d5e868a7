using System.Net.Http.Json;
using Tenantry.Tests.Foundation;
using Tenantry.Tests.Reliability;

namespace Tenantry.Tests.Soak;

/// <summary>
/// What operators and admins do to a fleet that is in use, each thing again and again until the time is over. Each keeps to its own
/// part of the orgs, so that it knows what to expect.
/// </summary>
internal sealed class SoakWork(SoakWorld world)
{
    private readonly List<Attempt> made = [];
    private readonly List<string> newOrgs = [];

    /// <summary>The orgs made meanwhile, and what was written to them.</summary>
    public (IReadOnlyList<string> Orgs, IReadOnlyList<Attempt> Attempts) Made => (newOrgs, made);

    public IReadOnlyList<Task> Start(CancellationToken over) =>
        [.. new Func<int, Task>[] { MoveAsync, CopyAsync, TakeOutAsync, ExamineAsync, AddOrgAsync, AddMemberAsync }.Select(work => Task.Run(async () =>
        {
            for (var round = 0; !over.IsCancellationRequested; round++) await work(round);
        }, CancellationToken.None))];

    private string Org(SoakPart part, int number) => SoakWorld.OrgOf(part, number, world.Orgs.Count);

    // A twentieth of the fleet goes back and forth again.
    private async Task MoveAsync(int round)
    {
        var some = Enumerable.Range(0, Math.Max(2, world.Orgs.Count / 20)).Select(number => Org(SoakPart.Moved, (round * 100) + number)).Distinct().ToArray();
        await world.RunAsync(["rollback", .. some, "--to", $"{SoakWorld.Newest - 1}", "-y"]);
        await world.RunAsync("migrate");
    }

    // Copies hold what their source held when they were begun, and nothing but what it holds.
    private async Task CopyAsync(int round)
    {
        var (source, copy) = (Org(SoakPart.Moved, round * 7), $"copy-{round}");
        await using var admin = await world.OpenAsync(CancellationToken.None);
        var before = await SoakWorld.FindRowsAsync(admin, source);
        if (round % 2 == 0) await world.RunAsync("clone", source, copy);
        else
        {
            var file = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7():N}.tenant");
            await world.RunAsync("export", source, file);
            await world.RunAsync("import", file, copy, "--admin", SoakWorld.Admin);
            File.Delete(file);
        }

        var copied = await SoakWorld.FindRowsAsync(admin, copy);
        var after = await SoakWorld.FindRowsAsync(admin, source);
        world.Expect(true, copied is not null && before!.Select(row => row.Id).ToHashSet().IsSubsetOf(copied.Select(row => row.Id)), $"{copy} has all of {source}");
        world.Expect(true, copied is not null && copied.Select(row => row.Id).ToHashSet().IsSubsetOf(after!.Select(row => row.Id)), $"{copy} has nothing but {source}'s");
        await world.RunAsync("drop", copy, "--now", "-y", "--confirm", copy);
        world.Expect(null, await SoakWorld.FindRowsAsync(admin, copy), $"{copy} after its erasure");
    }

    private async Task TakeOutAsync(int round)
    {
        var org = Org(SoakPart.TakenOut, round * 5);
        var leaves = round % 2 == 0;
        await world.RunAsync(leaves ? ["drop", org, "-y", "--confirm", org] : ["suspend", org]);
        world.Expect(leaves ? "404 org.not_found" : "403 org.suspended", await AskAsync(world.Client, HttpMethod.Get, $"/api/orgs/{org}/projects"), $"{org}, out of service");
        await world.RunAsync(leaves ? "restore" : "resume", org);
        world.Expect("200 ", await AskAsync(world.Client, HttpMethod.Get, $"/api/orgs/{org}/projects"), $"{org}, back again");
    }

    private async Task ExamineAsync(int round)
    {
        await world.RunAsync("status");
        await world.RunAsync("drift");
        // All the others once the fleet is at rest: beside so much else they may run out of the time that each has.
        if (round % 3 == 0) await world.RunAsync("audit", "registry", "ownership", "privileges");
        if (round % 3 == 1) await world.RunAsync("log", "verify");
    }

    private async Task AddOrgAsync(int round)
    {
        var org = $"new-{round}";
        world.Expect(201, await world.MakeOrgAsync(org, CancellationToken.None), $"org {org}");
        world.Expect(201, await world.MakeOrgAsync(org, CancellationToken.None), $"org {org}, asked again");
        var name = $"{Guid.CreateVersion7():N}";
        var answer = await Answer.ToAsync(world.Client, HttpMethod.Post, $"/api/orgs/{org}/projects", new { name });
        world.Expect(201, answer.Status, $"the first row of {org}");
        newOrgs.Add(org);
        made.Add(new Attempt(org, name, answer.Status == 201 ? answer.Json.GetProperty("id").GetGuid() : null));
        world.Count("org made");
        // Few sign up, many are there: each new role costs every connection a look at all of them.
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
    }

    private async Task AddMemberAsync(int round)
    {
        var org = $"/api/orgs/{Org(SoakPart.Joined, round)}";
        var email = $"guest-{round}@example.com";
        using var guest = await world.AddPersonAsync(email, CancellationToken.None);
        var me = (await Answer.ToAsync(guest, HttpMethod.Get, "/api/me")).Json.GetProperty("id").GetGuid();
        world.Expect("404 org.not_found", await AskAsync(guest, HttpMethod.Get, $"{org}/projects"), $"{org} to a stranger");
        var invited = await Answer.ToAsync(world.Client, HttpMethod.Post, $"{org}/invitations", new { email });
        world.Expect(201, invited.Status, $"{org} invites");
        if (invited.Status != 201) return;
        world.Expect("200 ", await AskAsync(guest, HttpMethod.Post, $"/api/invitations/{invited.Json.GetProperty("id").GetGuid()}/accept"), $"{org} is joined");
        world.Expect("200 ", await AskAsync(guest, HttpMethod.Get, $"{org}/projects"), $"{org} to a member");
        world.Expect("204 ", await AskAsync(world.Client, HttpMethod.Delete, $"{org}/members/{me}"), $"{org} lets go");
        world.Expect("404 org.not_found", await AskAsync(guest, HttpMethod.Get, $"{org}/projects"), $"{org} to a former member");
        world.Count("member come and gone");
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
    }

    private static async Task<string> AskAsync(HttpClient client, HttpMethod method, string path)
    {
        var answer = await Answer.ToAsync(client, method, path);
        return $"{answer.Status} {answer.Code}";
    }
}
